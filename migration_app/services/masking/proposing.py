"""Drafts a policy, or adds to one what it doesn't decide on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migration_app.engine import catalog
from migration_app.engine.errors import UsageError
from migration_app.engine.rows.shape import read_shape
from migration_app.engine.wording import several
from migration_app.services.connecting import fingerprint, read_only_transaction, session
from migration_app.services.history import recorded

from .drafting import drafted
from .looking import copied_tables
from .policy import Policy, parse_policy, policy_path, read_policy
from .resolving import undecided_columns
from .suggesting import Suggestion, suggest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from psycopg import Connection

    from migration_app.engine.rows.shape import Shape


@dataclass(frozen=True)
class Draft:
    """A policy with proposals in it."""

    policy: Path
    added: Mapping[str, Suggestion]
    """Column, as ``table.column`` → the proposal that was written for it."""
    undecided: tuple[str, ...]
    """Columns on which somebody has to decide still."""
    run: int | None


def suggest_policy(source: str | Connection[Any] = "prod", *, policy: Path | str | None = None) -> Draft:
    """Write proposals into the policy file for each column that it says nothing of; the file is made if need be.

    Raises:
        UsageError: the file can't be read or written, or isn't a policy.

    """
    path = policy_path(policy)
    arguments = {"source": source, "policy": str(path), "suggest": True}
    with recorded("copy_masked", arguments=arguments) as run, session(source) as origin:
        run.databases(source=fingerprint(origin))
        before = read_policy(path) if path.exists() else Policy()
        with run.step("read the schema"):
            snapshot = catalog.read(origin)
        with run.step("look at samples") as step, read_only_transaction(origin):
            shape = read_shape(origin)
            copied = copied_tables(snapshot, shape)
            undecided = undecided_columns(before, shape, copied)
            made = {
                (name, column): suggest(origin, shape, shape.tables[name], shape.tables[name].by_name[column], copied)
                for name, column in undecided
                if column not in before.of(name).suggested
            }
            step.detail(undecided=len(undecided), added=len(made))
        _write(path, before, _grouped(shape, made))
        run.outcome("done", f"{several(len(made), 'suggestion')} added, {several(len(undecided), 'column')} undecided")
        return Draft(
            path,
            {f"{name.short}.{column}": suggestion for (name, column), suggestion in made.items()},
            tuple(f"{name.short}.{column}" for name, column in undecided),
            run.number,
        )


def _grouped(shape: Shape, made: Mapping[Any, Suggestion]) -> dict[str, dict[str, tuple[Suggestion, str]]]:
    grouped: dict[str, dict[str, tuple[Suggestion, str]]] = {}
    for (name, column), suggestion in made.items():
        kind = shape.tables[name].by_name[column].written
        grouped.setdefault(name.short, {})[column] = (suggestion, kind)
    return grouped


def _write(path: Path, before: Policy, proposals: Mapping[str, Mapping[str, tuple[Suggestion, str]]]) -> None:
    try:
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        new = drafted(old, proposals)
        if parse_policy(new, str(path)).decisions != before.decisions:
            raise UsageError(f"{path} is written in a way that can't be added to", "Draft into another file.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(new, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}", "Name another file with --policy.") from error
