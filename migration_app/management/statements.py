"""Statements as people see them: a script ready to run, and what they may do to a database in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app.engine.apply.segments import segments
from migration_app.engine.errors import UsageError
from migration_app.engine.kinds.role import Role
from migration_app.engine.model import Hazard, Verb
from migration_app.engine.sql import literal, one_line
from migration_app.engine.wording import several

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from migration_app.engine.model import Statement

# As engine/apply sets them: every name in a plan is qualified, and bodies may name what comes later.
_OPENING = ("BEGIN", "SET LOCAL search_path = ''", "SET LOCAL check_function_bodies = off")


def write_script(path: Path, statements: Sequence[Statement], *, between: str, digest: str, more: str = "") -> None:
    """Write the statements to paste into another's session; raises UsageError where the file can't be written."""
    counted = several(len(statements), "statement")
    title = "\n".join(line for line in (f"{between}: {counted}", f"plan {digest}", more) if line)
    try:
        path.write_text(script(statements, title=title), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}", "Name another file with --sql.") from error


def script(statements: Sequence[Statement], *, title: str = "") -> str:
    """Give the statements as a script for psql or an SQL editor, in as few transactions as can be."""
    lines = [f"-- {one_line(line)}" for line in title.splitlines()]
    lines += [""] if lines else []
    for part in segments(statements) if statements else ():
        written = [_written(each) for each in statements[part.start : part.stop]]
        if part.transactional:
            lines += [*(f"{each};" for each in _OPENING), "", *written, "", "COMMIT;", ""]
        else:
            lines += ["-- Outside a transaction: an SQL editor takes this by itself only.", *written, ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _written(statement: Statement) -> str:
    if statement.verb is Verb.CREATE and statement.address.kind == Role.KIND:
        # Roles are the cluster's: where the script is run later or elsewhere, one may be there already.
        name = literal(statement.address.path[0])
        there = f"SELECT FROM pg_catalog.pg_roles WHERE rolname = {name}"
        body = f"BEGIN IF NOT EXISTS ({there}) THEN {statement.sql}; END IF; END"
        return f"DO {literal(body)};"
    sql = statement.shown if statement.secret else f"{statement.sql};"
    return f"-- may: {', '.join(dict.fromkeys(statement.hazards))}\n{sql}" if statement.hazards else sql


def documents(statements: Iterable[Statement]) -> list[dict[str, object]]:
    """Give the statements as they stand in JSON documents."""
    return [
        {
            "verb": str(each.verb),
            "kind": each.address.kind,
            "address": str(each.address),
            "sql": each.shown,
            "hazards": [str(hazard) for hazard in each.hazards],
            "transactional": each.transactional and Hazard.NOT_TRANSACTIONAL not in each.hazards,
        }
        for each in statements
    ]
