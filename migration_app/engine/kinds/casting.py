"""How values of one type become values of another, when a column changes its type."""

from __future__ import annotations

import re
from typing import Final

_MODIFIER: Final = re.compile(r"\([^)]*\)")

# The families within which pg_cast holds a cast from each type to each other (PostgreSQL 18). Character types take
# and give anything, by input and output.
_FAMILIES: Final = (
    frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"}),
    frozenset({"integer", "boolean"}),
    frozenset({"smallint", "integer", "bigint", "oid", "regclass", "regproc", "regtype", "regrole"}),
    frozenset({"smallint", "integer", "bigint", "numeric", "money"}),
    frozenset({"integer", "bigint", "bit", "bit varying"}),
    frozenset({"smallint", "integer", "bigint", "bytea"}),
    frozenset({"date", "timestamp without time zone", "timestamp with time zone"}),
    frozenset({"time without time zone", "time with time zone", "interval"}),
    frozenset({"json", "jsonb"}),
    frozenset({"inet", "cidr"}),
    frozenset({"macaddr", "macaddr8"}),
    frozenset({"box", "circle", "polygon"}),
)
CHARACTERS: Final = frozenset({"text", "character varying", "character", "name", '"char"'})


def conversion(value: str, old: str, new: str) -> str | None:
    """Give the SQL expression that makes a value of type ``old`` one of ``new``; None where an assignment does it.

    What can be assigned is: an explicit cast would cut to ``varchar(5)`` what an assignment refuses to.
    """
    before, after = base_type(old), base_type(new)
    arrays = old.endswith("[]") == new.endswith("[]")
    if arrays and (before == after or after in CHARACTERS):
        return None
    direct = before in CHARACTERS or any(before in family and after in family for family in _FAMILIES)
    return f"{value}::{new}" if direct and arrays else through_text(value, new)


def through_text(value: str, new: str) -> str:
    """Give the SQL expression that makes a value one of type ``new`` by its output and input."""
    return f"{value}::text::{new}"


def base_type(name: str) -> str:
    """Give the type without its modifier, and an array's element."""
    return _MODIFIER.sub("", name).removesuffix("[]").strip()
