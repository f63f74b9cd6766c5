"""Which values a column's new type doesn't take, and which ones it changes, as SQL conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migration_app.engine.sql import ident, literal, literals

from .casting import CHARACTERS, base_type, conversion, through_text
from .domain import Domain
from .enum import Enum

if TYPE_CHECKING:
    from migration_app.engine.model import Snapshot

    from .column import Column
    from .nesting import Place

_INPUT_IS_VALID: Final = 160000
"""pg_input_is_valid() came with PostgreSQL 16."""
_INTEGERS: Final = {"smallint": 15, "integer": 31, "bigint": 63}
"""Type → its bits, less the sign."""
_NUMBERS: Final = frozenset({*_INTEGERS, "numeric", "real", "double precision"})
_READ_ALIKE: Final = frozenset({"numeric", "real", "double precision", "jsonb"})
"""Types whose cast from another refuses what their input refuses."""


def unfit(old: Column, new: Column, desired: Snapshot) -> str | None:
    """Give the condition that holds for the values on which the change of type fails; None where none does."""
    name = ident(new.name)
    labels = _labels(new.type, desired)
    if labels is not None:
        return not_among(name, labels)
    if not _is_cast(old, new) or base_type(old.type) in CHARACTERS:
        return _refused(name, new.type, desired)
    target = base_type(new.type)
    if old.type.endswith("[]"):
        return None
    if target in _INTEGERS and base_type(old.type) in _NUMBERS:
        bound = 2 ** _INTEGERS[target]
        return f"pg_catalog.round({name}::numeric) NOT BETWEEN {-bound} AND {bound - 1}"
    return _refused(name, new.type, desired) if target in _READ_ALIKE else None


def changed(old: Column, new: Column, desired: Snapshot) -> str | None:
    """Give the condition that holds for the values that come out of the change as others: rounded, or cut."""
    # What text says is written otherwise by another type, and means the same; a shorter text is refused.
    narrowed = base_type(old.type) == base_type(new.type) and "(" in new.type
    if not (narrowed or _is_cast(old, new)) or old.type.endswith("[]") or base_type(old.type) in CHARACTERS:
        return None
    name, failing = ident(new.name), unfit(old, new, desired)
    differs = f"({name}::{new.type})::{old.type} IS DISTINCT FROM {name}"
    return f"CASE WHEN {failing} THEN false ELSE {differs} END" if failing else differs


def not_among(value: str, labels: tuple[str, ...]) -> str:
    """Give the condition that a value is none of an enum's labels."""
    return f"{value}::text <> ALL (ARRAY[{literals(labels)}]::text[])"


def outside_domain(place: Place, definition: str) -> str:
    """Give the query that counts the values which a domain's check, ``CHECK (…)``, refuses."""
    # In a check of a domain, VALUE is read as a column's name: it can be one.
    values = f"(SELECT {place.value} AS value FROM {place.rows} WHERE {place.there}) AS d"
    return f"SELECT count(*) FROM {values} WHERE NOT {definition.removeprefix('CHECK ')}"


def _is_cast(old: Column, new: Column) -> bool:
    """Whether the value is cast as it is, neither assigned nor read from its text."""
    name = ident(new.name)
    return conversion(name, old.type, new.type) not in {None, through_text(name, new.type)}


def _refused(name: str, kind: str, desired: Snapshot) -> str | None:
    if desired.version < _INPUT_IS_VALID or any(_is(obj, kind) for obj in desired.of_kind(Domain)):
        return None
    return f"NOT pg_catalog.pg_input_is_valid({name}::text, {literal(kind)})"


def _labels(kind: str, desired: Snapshot) -> tuple[str, ...] | None:
    return next((obj.labels for obj in desired.of_kind(Enum) if _is(obj, kind)), None)


def _is(obj: Enum | Domain, kind: str) -> bool:
    return obj.reference.split(" ", 1)[1] == kind
