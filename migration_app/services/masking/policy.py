"""The policy file: what is decided for every column; what it doesn't name is undecided."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from migration_app import conf
from migration_app.engine.errors import UsageError
from migration_app.engine.rows.masking import MASKS, Choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migration_app.engine.rows.shape import Name

ROWS: Final = ("all", "none")
REFERENCE: Final = "reference"
"""A foreign key's column is what the column is that it refers to."""
_COMMON: Final = frozenset({"mask", "unique"})
SUGGESTED: Final = "suggest"


@dataclass(frozen=True, slots=True)
class TablePolicy:
    """What is decided for a table."""

    rows: str = "all"
    columns: Mapping[str, Choice] = field(default_factory=dict)
    """Decisions only."""
    suggested: frozenset[str] = frozenset()
    """Columns that the file has a suggestion for, and nobody's decision."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole file."""

    tables: Mapping[str, TablePolicy] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()
    """Columns, ``table.column``, in which the leak check lets values be: they are the same by chance."""

    def of(self, name: Name) -> TablePolicy:
        """Give what is decided for a table, which the file may name with its schema or, in ``public``, without."""
        return self.tables.get(name.short) or self.tables.get(str(name)) or TablePolicy()

    @property
    def decisions(self) -> Mapping[str, tuple[str, Mapping[str, Choice]]]:
        """Everything that somebody has decided."""
        made = {name: (table.rows, table.columns) for name, table in self.tables.items()}
        return {name: decided for name, decided in made.items() if decided != ("all", {})}


def policy_path(given: Path | str | None) -> Path:
    """Give the file: the one given, or else the one in the settings; raises UsageError where there is neither."""
    found = given or conf.get().masking.get("policy")
    if not found:
        raise UsageError("there is no policy", "Name its file with --policy, or in DBSEP['MASKING']['policy'].")
    return Path(found)


def read_policy(path: Path) -> Policy:
    """Read the file.

    Raises:
        UsageError: it isn't there, isn't TOML, or says what no mask understands; the message names the place.

    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(
            f"cannot read the policy {path}: {reason}", "Draft one with --suggest; it is written to this file."
        ) from error
    return parse_policy(text, str(path))


def parse_policy(text: str, name: str) -> Policy:
    """Read the text of a policy; ``name`` is for messages."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name} is not TOML: {error}", "See docs/reference/masking.md for the format.") from error
    unknown = set(content) - {"tables", "leaks"}
    if unknown:
        raise _wrong(name, ", ".join(sorted(unknown)), "is not part of a policy", "The parts are tables and leaks.")
    tables = {str(table): _table(name, str(table), value) for table, value in _dict(name, content, "tables").items()}
    accept = _dict(name, content, "leaks").get("accept", [])
    if not isinstance(accept, list):
        raise _wrong(name, "leaks.accept", "is not a list", "Name columns as table.column.")
    return Policy(tables, frozenset(map(str, accept)))


def _dict(name: str, content: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = content.get(key, {})
    if not isinstance(found, dict):
        raise _wrong(name, key, "is not a table", f"Begin it with [{key}].")
    return found


def _table(name: str, table: str, value: object) -> TablePolicy:
    if not isinstance(value, dict) or set(value) - {"rows", "columns"}:
        raise _wrong(name, table, "is not a table's policy", "It has rows and columns, nothing else.")
    rows = value.get("rows", "all")
    if rows not in ROWS:
        raise _wrong(name, f"{table}.rows", f"is {rows!r}", f"It is one of {', '.join(ROWS)}.")
    columns: dict[str, Choice] = {}
    suggested: set[str] = set()
    for column, given in _dict(name, value, "columns").items():
        if isinstance(given, dict) and SUGGESTED in given:
            suggested.add(column)
        else:
            columns[column] = _choice(name, f"{table}.{column}", given)
    return TablePolicy(str(rows), columns, frozenset(suggested))


def _choice(name: str, place: str, given: object) -> Choice:
    said = {"mask": given} if isinstance(given, str) else given
    if not isinstance(said, dict) or not isinstance(said.get("mask"), str):
        raise _wrong(name, place, "names no mask", 'Write a mask, or { mask = "…" } with options.')
    mask = said["mask"]
    if mask == REFERENCE:
        return Choice(mask)
    if mask not in MASKS:
        raise _wrong(name, place, f"names the mask {mask!r}, which isn't there", f"Masks: {', '.join(MASKS)}.")
    allowed = MASKS[mask].options | _COMMON | ({"paths"} if mask == "json" else frozenset())
    odd = sorted(
        key for key, value in said.items() if key not in allowed or not isinstance(value, str | int | float | dict)
    )
    if odd:
        raise _wrong(
            name, place, f"has the option {odd[0]!r}", f"Options of {mask}: {', '.join(sorted(allowed - {'mask'}))}."
        )
    if mask == "constant" and "value" not in said:
        raise _wrong(name, place, "is a constant without a value", 'Write { mask = "constant", value = "…" }.')
    paths = said.get("paths", {})
    return Choice(
        mask,
        {key: value for key, value in said.items() if key not in {"mask", "paths"}},
        {path: _choice(name, f"{place}, {path}", inner) for path, inner in paths.items()},
    )


def _wrong(name: str, place: str, what: str, advice: str) -> UsageError:
    return UsageError(f"{name}: {place} {what}", advice)
