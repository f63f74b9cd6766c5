"""How a column comes to be NOT NULL, or ceases to: a constraint with a name of its own since PostgreSQL 18."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migration_app.engine.model import Ddl, Hazard
from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .column import Column

EXCLUSIVE: Final = (Hazard.LOCKS_READS, Hazard.LOCKS_WRITES)
NOT_NULL: Final = ("not_null", "not_null_name", "not_null_no_inherit", "not_null_validated")
"""The attributes of a column that say it."""


def change_not_null(old: Column, new: Column) -> Iterable[Ddl]:
    """Give what leads from the one column's NOT NULL to the other's, its name and its validity."""
    # What comes from the parents' comes and goes with them.
    if not new.not_null:
        freed = old.inherited and not new.inherited
        return [new.alter("DROP NOT NULL", *EXCLUSIVE)] if old.not_null_local or freed else []
    if not new.not_null_local and (old.inherited or not new.inherited):
        return []
    # What becomes a partition or a child brings the constraint along, and can't rename it afterwards.
    if not old.not_null:
        return [new.add_not_null()]
    if not new.not_null_local:
        return [new.rename_not_null(old)] if old.not_null_constraint != new.not_null_constraint else []
    if old.not_null_validated and not new.not_null_validated:
        return [new.alter("DROP NOT NULL"), new.add_not_null()]
    statements = []
    if old.not_null_constraint != new.not_null_constraint:
        statements.append(new.rename_not_null(old))
    constraint = f"CONSTRAINT {ident(new.not_null_constraint)}"
    if old.not_null_no_inherit != new.not_null_no_inherit:
        inherit = "NO INHERIT" if new.not_null_no_inherit else "INHERIT"
        statements.append(Ddl(f"{new.alter_table} ALTER {constraint} {inherit}", EXCLUSIVE))
    if old.not_null_validated != new.not_null_validated:
        hazards = (Hazard.MAY_FAIL, Hazard.SCANS_TABLE)
        statements.append(Ddl(f"{new.alter_table} VALIDATE {constraint}", hazards))
    return statements
