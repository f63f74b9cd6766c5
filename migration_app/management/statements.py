"""Statements as people see them: a script ready to run, and what they may do to a database in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app.engine.apply.segments import segments
from migration_app.engine.kinds.role import Role
from migration_app.engine.model import Hazard, Verb
from migration_app.engine.sql import literal, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migration_app.engine.model import Statement

# As engine/apply sets them: every name in a plan is qualified, and bodies may name what comes later.
_OPENING = ("BEGIN", "SET LOCAL search_path = ''", "SET LOCAL check_function_bodies = off")


def script(statements: Sequence[Statement], *, title: str = "") -> str:
    """Give the statements as a script for psql or an SQL editor, in as few transactions as can be."""
    lines = [f"-- {one_line(line)}" for line in title.splitlines()]
    lines += [""] if lines else []
    for part in segments(statements) if statements else ():
        written = [_written(each) for each in statements[part.start : part.stop]]
        if part.transactional:
            lines += [*(f"{each};" for each in _OPENING), "", *written, "", "COMMIT;", ""]
        else:
            lines += ["-- This runs outside a transaction.", *written, ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _written(statement: Statement) -> str:
    if statement.verb is Verb.CREATE and statement.address.kind == Role.KIND:
        # Roles are the cluster's: where the script is run later or elsewhere, one may be there already.
        name = literal(statement.address.path[0])
        there = f"SELECT FROM pg_catalog.pg_roles WHERE rolname = {name}"
        body = f"BEGIN IF NOT EXISTS ({there}) THEN {statement.sql}; END IF; END"
        return f"DO {literal(body)};"
    return statement.shown if statement.secret else f"{statement.sql};"


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
