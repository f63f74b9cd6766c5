"""Finds out which tables are production's, which are the tests', and how far the two have drifted apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from migration_app import conf
from migration_app.engine import catalog
from migration_app.engine.errors import UsageError
from migration_app.engine.rows import Count, count
from migration_app.engine.sql import qualified
from migration_app.services.analyzing.classifying import OBJECT_KINDS, Classified, classify
from migration_app.services.analyzing.differing import Difference, Shapes
from migration_app.services.analyzing.naming import Renaming
from migration_app.services.connecting import Fingerprint, fingerprint, read_only_transaction, session
from migration_app.services.history import recorded
from migration_app.services.scoping import core_tables, platform_schemas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import Connection

    from migration_app.engine.model import Address, Snapshot

DEFAULT_SCHEMA: Final = "public"


@dataclass(frozen=True)
class Pair:
    """A production table and its test copy."""

    table: str
    test_table: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class LookAlike:
    """A table whose name begins like a test table's, and that is none."""

    table: str
    reason: str


@dataclass(frozen=True)
class Analysis:
    """What a database holds, by exact prefix; names are qualified and quoted as SQL writes them."""

    database: Fingerprint
    prefix: str
    paired: tuple[Pair, ...]
    test_only: tuple[str, ...]
    production_only: tuple[str, ...]
    """Look-alikes included."""
    core_missing: tuple[str, ...]
    """Core tables that production lacks."""
    look_alikes: tuple[LookAlike, ...]
    test_objects: tuple[str, ...]
    """Views, sequences, routines and types with the prefix that production doesn't use: ``kind name``."""
    tables: Mapping[str, Count]
    """Table → rows and size."""
    hash: str
    run: int | None
    round_trips: int

    @property
    def counts(self) -> Mapping[str, int]:
        """How many tables there are of each sort."""
        return {
            "tables": len(self.tables),
            "paired": len(self.paired),
            "test_only": len(self.test_only),
            "production_only": len(self.production_only),
            "core_missing": len(self.core_missing),
            "look_alikes": len(self.look_alikes),
            "test_tables": len(self.paired) + len(self.test_only),
            "pairs_that_differ": sum(1 for pair in self.paired if pair.differences),
        }


def analyze_tables(database: str | Connection[Any] = "prod", *, prefix: str | None = None) -> Analysis:
    """Analyse the tables of a database; reads the catalog, and rows only to count them.

    Args:
        database: an alias, or an open connection in autocommit mode.
        prefix: what the names of test tables begin with; the setting's where none is given.

    """
    settings = conf.get()
    prefix = settings.prefix if prefix is None else prefix
    arguments = {"database": database if isinstance(database, str) else str(database.info.dbname), "prefix": prefix}
    with recorded("analyze_tables", arguments=arguments) as run, session(database) as conn:
        found = fingerprint(conn)
        run.databases(source=found)
        with run.step("read the catalog") as step:
            snapshot = catalog.read(conn)
            step.detail(objects=len(snapshot.objects))
        run.hashes(source=snapshot.hash)
        with run.step("sort the tables") as step:
            classified = classify_snapshot(snapshot, prefix)
            step.detail(test_tables=len(classified.test_tables), look_alikes=len(classified.look_alikes))
        with run.step("count rows") as step, read_only_transaction(conn):
            counts = count(conn, [address.path[:2] for address in _all(classified)])  # type: ignore[misc]
            step.detail(tables=len(counts))
        analysis = Analysis(
            database=found,
            prefix=prefix,
            paired=_pairs(snapshot, classified),
            test_only=tuple(map(str, classified.test_only)),
            production_only=tuple(map(str, classified.production_only)),
            core_missing=_core_missing(classified),
            look_alikes=tuple(LookAlike(str(table), why) for table, why in classified.look_alikes.items()),
            test_objects=tuple(f"{address.kind} {address}" for address in classified.objects),
            tables={qualified(*name): each for name, each in sorted(counts.items())},
            hash=snapshot.hash,
            run=run.number,
            round_trips=getattr(conn, "round_trips", 0),
        )
        run.outcome("done", _summary(analysis))
        return analysis


def classify_snapshot(snapshot: Snapshot, prefix: str | None = None) -> Classified:
    """Sort a snapshot's tables by what the settings, the core models and the platform say.

    Raises:
        UsageError: the prefix is empty.

    """
    settings = conf.get()
    prefix = settings.prefix if prefix is None else prefix
    if not prefix:
        raise UsageError("the prefix is empty, so every table would be a test table", "Give one, such as test_.")
    return classify(
        snapshot,
        prefix=prefix,
        keep=settings.keep_tables,
        core=core_tables(),
        platform=platform_schemas(snapshot),
    )


def _all(classified: Classified) -> list[Address]:
    return [*classified.test_tables, *classified.production]


def _pairs(snapshot: Snapshot, classified: Classified) -> tuple[Pair, ...]:
    names = frozenset(
        address.path[-1]
        for address, obj in snapshot.objects.items()
        if address.path and address.path[-1].startswith(classified.prefix) and address.of is None
        if obj.KIND in {"table", "index", "constraint", *OBJECT_KINDS}
    )
    sequences = frozenset(
        name
        for obj in snapshot.objects.values()
        if (name := getattr(obj, "sequence", "")) and name.startswith(classified.prefix)
    )
    routines = frozenset(a.path[1] for a in classified.objects)
    gone = frozenset(a.path[1] for a in classified.look_alikes)
    shapes = Shapes(snapshot, Renaming(classified.prefix, (names | sequences | routines) - gone))
    return tuple(
        Pair(str(table), str(copy), shapes.differences(table, copy))
        for copy, table in sorted(classified.pairs.items(), key=lambda pair: str(pair[1]))
    )


def _core_missing(classified: Classified) -> tuple[str, ...]:
    there = {address.path[1] for address in classified.production}
    return tuple(qualified(DEFAULT_SCHEMA, name) for name in core_tables() if name not in there)


def _summary(analysis: Analysis) -> str:
    counts = analysis.counts
    return (
        f"{counts['paired']} pairs, {counts['test_only']} test-only, {counts['production_only']} production-only, "
        f"{counts['core_missing']} core tables missing, {counts['look_alikes']} look-alikes"
    )
