"""Another database's shape, read for seeding, and held against what was seeded."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from migration_app.engine.errors import UsageError
from migration_app.engine.rows import settle
from migration_app.engine.rows.likeness import Compared, Likeness, compare, read_likeness
from migration_app.services.connecting import Fingerprint, fingerprint, read_only_transaction, session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

    from migration_app.engine.rows.shape import Name
    from migration_app.services.history import Recorder


@dataclass(frozen=True)
class Source:
    """The database whose shape is wanted."""

    fingerprint: Fingerprint
    likeness: Likeness
    scale: float


@dataclass(frozen=True)
class Resemblance:
    """How the two sides compare, by the statistics of both."""

    source: Fingerprint
    scale: float
    columns: tuple[Compared, ...]
    unknown: tuple[str, ...]
    """Tables of which the source has no statistics, or none that the role may see; they got rows as without it."""
    bare: tuple[str, ...]
    """Tables that hold no rows in the source, and got none."""

    @property
    def nulls_apart(self) -> float:
        """Median difference of the null fractions."""
        return median(column.nulls_apart for column in self.columns) if self.columns else 0.0

    @property
    def distinct_apart(self) -> float:
        """Median of how far the number of different values lies from the source's, in parts of it."""
        return median(abs(column.distinct_ratio - 1) for column in self.columns) if self.columns else 0.0

    @property
    def steps_apart(self) -> float:
        """Median distance of ranges and what lies between, in parts of the source's span."""
        found = [column.steps_apart for column in self.columns if column.steps_apart is not None]
        return median(found) if found else 0.0


def read_source(like: str | Connection[Any], scale: float, run: Recorder) -> Source:
    """Read the shape, in a READ ONLY transaction.

    Raises:
        UsageError: the scale isn't above 0, or there are no statistics at all.

    """
    if not scale > 0:
        raise UsageError(f"{scale:g} rows for each of the source's can't be written", "Give --scale a number above 0.")
    with run.step("read the source's statistics") as step, session(like) as conn, read_only_transaction(conn):
        settle(conn)
        found = fingerprint(conn)
        likeness = read_likeness(conn)
        known = [name for name, table in likeness.tables.items() if table.known and table.rows]
        step.detail(tables=len(likeness.tables), known=len(known))
    if not known:
        raise UsageError(
            f"{found} has no statistics to go by", "Have its owner run ANALYZE there, or leave --like out."
        )
    return Source(found, likeness, scale)


def resemblance(conn: Connection[Any], source: Source, written: Iterable[Name], bare: Iterable[Name]) -> Resemblance:
    """Compare what was written, which has been analysed, with the source."""
    names = tuple(written)
    with read_only_transaction(conn):
        settle(conn)
        found = read_likeness(conn)
    tables = source.likeness.tables
    return Resemblance(
        source=source.fingerprint,
        scale=source.scale,
        columns=compare(source.likeness, found, names),
        unknown=tuple(name.short for name in names if name not in tables or not tables[name].known),
        bare=tuple(name.short for name in bare),
    )
