"""Sequences, and the options that they share with identity columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from migration_app.engine.model import Alter, Ddl, Hazard, Object
from migration_app.engine.sql import ident, literal, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

OPTIONS = ("start", "increment", "minimum", "maximum", "cache", "cycle")
"""The fields of a sequence's parameters, as both kinds name them."""


_LARGEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


class Ranged(Protocol):
    """What has a sequence's bounds."""

    @property
    def minimum(self) -> int:
        """The smallest value."""

    @property
    def maximum(self) -> int:
        """The largest value."""


def usual_bounds(type_: str, increment: int) -> tuple[int, int] | None:
    """Give the smallest and the largest value of a sequence that says nothing of them; None for another type."""
    largest = _LARGEST.get(type_)
    if largest is None:
        return None
    return (1, largest) if increment > 0 else (-largest - 1, -1)


def options_sql(owner: object) -> str:
    """Give the sequence options of anything that has the fields of ``OPTIONS``, each written out."""
    start, increment, minimum, maximum, cache, cycle = (getattr(owner, name) for name in OPTIONS)
    return (
        f"START WITH {start} INCREMENT BY {increment} MINVALUE {minimum} MAXVALUE {maximum} "
        f"CACHE {cache} {'CYCLE' if cycle else 'NO CYCLE'}"
    )


def _set_options(old: SequenceObject, new: SequenceObject) -> Iterable[Ddl]:
    yield from make_room(old, new, new.reference)
    yield Ddl(f"ALTER {new.reference} AS {new.type} {options_sql(new)}")


def make_room(old: Ranged, new: Ranged, reference: str) -> Iterable[Ddl]:
    """Give what moves a sequence's position inside bounds that are narrower than they were."""
    if new.minimum <= old.minimum and new.maximum >= old.maximum:
        return
    # Its position may lie in neither range alone.
    low, high = min(old.minimum, new.minimum), max(old.maximum, new.maximum)
    fits = _LARGEST.get(old.type if isinstance(old, SequenceObject) else "", high) >= high
    if (low, high) != (old.minimum, old.maximum) and fits:
        yield Ddl(f"ALTER {reference} MINVALUE {low} MAXVALUE {high}")
    name = reference.split(" ", 1)[1]
    inside = f"LEAST(GREATEST(last_value, {new.minimum}), {new.maximum})"
    called = f"is_called AND last_value BETWEEN {new.minimum} AND {new.maximum}"
    yield Ddl(f"SELECT pg_catalog.setval({literal(name)}::pg_catalog.regclass, {inside}, {called}) FROM {name}")


def catching_up(reference: str, table: str, column: str) -> Ddl:
    """Give what moves a sequence to the last of the column's values, unless there are none in its direction."""
    last = f"(SELECT max({ident(column)}) AS high, min({ident(column)}) AS low FROM {table}) AS t"
    name = literal(reference.split(" ", 1)[1])
    return Ddl(
        "SELECT pg_catalog.setval(s.seqrelid, CASE WHEN s.seqincrement > 0 THEN t.high ELSE t.low END) "
        f"FROM pg_catalog.pg_sequence AS s, {last} WHERE s.seqrelid = {name}::pg_catalog.regclass AND "
        "CASE WHEN s.seqincrement > 0 THEN t.high BETWEEN s.seqstart AND s.seqmax "
        "ELSE t.low BETWEEN s.seqmin AND s.seqstart END",
        (Hazard.SCANS_TABLE,),
    )


def position_sql(reference: str, old: str) -> Ddl:
    """Give what sets a sequence to another one's position; both are references, such as ``SEQUENCE public.s``."""
    name, other = (text.split(" ", 1)[1] for text in (reference, old))
    return Ddl(f"SELECT pg_catalog.setval({literal(name)}::pg_catalog.regclass, last_value, is_called) FROM {other}")


def _set_persistence(_old: SequenceObject, new: SequenceObject) -> Iterable[Ddl]:
    yield Ddl(f"ALTER {new.reference} SET {'UNLOGGED' if new.unlogged else 'LOGGED'}")


@dataclass(frozen=True, slots=True)
class SequenceObject(Object):
    """A sequence's parameters; its position is data and isn't compared."""

    KIND: ClassVar[str] = "sequence"
    ALTERS: ClassVar[Mapping[str, Alter]] = {
        **dict.fromkeys((*OPTIONS, "type"), Alter(_set_options)),
        "unlogged": Alter(_set_persistence),
    }
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "SEQUENCE"

    schema: str
    name: str
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    unlogged: bool

    @property
    def reference(self) -> str:
        return f"SEQUENCE {qualified(self.schema, self.name)}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("relation", self.schema, self.name),)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        kind = "UNLOGGED SEQUENCE" if self.unlogged else "SEQUENCE"
        yield Ddl(f"CREATE {kind} {qualified(self.schema, self.name)} AS {self.type} {options_sql(self)}")
