"""Writes rows into a marked database, in one transaction, in the order that its foreign keys ask for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps

from migration_app.engine import catalog
from migration_app.engine.apply.refreshing import refresh
from migration_app.engine.errors import UsageError
from migration_app.engine.rows.analyzing import analyze
from migration_app.services.connecting import fingerprint, require_target, session
from migration_app.services.history import Recorder, recorded
from migration_app.services.refilling import views_to_refill
from migration_app.services.written import counted

from .many import write_many
from .mending import mend, undo
from .resembling import Source, read_source, resemblance
from .result import Seeded
from .shop import write_shop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from psycopg import Connection

    from migration_app.engine.model import Snapshot
    from migration_app.engine.rows.shape import Name
    from migration_app.services.connecting import Fingerprint

    from .resembling import Resemblance

PROFILES: Final = ("minimal", "demo", "volume")
ROWS: Final = {"minimal": 5, "demo": 60, "volume": 100_000}
"""How many rows a table gets where nobody says: more or fewer where a recipe gives a ratio."""


@dataclass
class Outcome:
    """What was written, and what wasn't."""

    written: dict[Name, int] = field(default_factory=dict)
    emptied: tuple[Name, ...] = ()
    kept: tuple[Name, ...] = ()
    bare: tuple[Name, ...] = ()
    unfilled: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    platform: dict[str, int] = field(default_factory=dict)
    """What was written into a hosting platform's own tables."""

    @property
    def counts(self) -> dict[str, int]:
        """Table → rows written, in that order."""
        return {**self.platform, **{name.short: count for name, count in self.written.items()}}


@dataclass(frozen=True)
class What:
    """What was asked for."""

    profile: str
    rows: int | None
    tables: tuple[str, ...]
    seed: int
    reset: bool
    told: Callable[[int, int], None]
    values: Mapping[str, Any] = field(default_factory=dict)
    like: Source | None = None
    streams: int | None = None

    @property
    def told_of(self) -> dict[str, object]:
        """What the run's record says of it: no values, but for which columns there were some."""
        plain = {key: value for key, value in vars(self).items() if key not in ("told", "values", "like")}
        return {**plain, "values": sorted(self.values)} if self.values else plain

    @property
    def wanted(self) -> int:
        """Rows a table."""
        return ROWS[self.profile] if self.rows is None else self.rows


def seed_testdata(  # noqa: PLR0913 - each is a wish of its own
    target: str | Connection[Any] = "test",
    *,
    profile: str = "minimal",
    rows: int | None = None,
    tables: tuple[str, ...] = (),
    seed: int = 1,
    reset: bool = False,
    values: Mapping[str, Any] | None = None,
    like: str | Connection[Any] | None = None,
    scale: float = 1.0,
    streams: int | None = None,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Seeded:
    """Write rows that keep all the database's rules; the same seed gives the same rows.

    Args:
        target: an alias or an open connection; marked as ours, or empty.
        profile: ``minimal``, ``demo`` or ``volume``.
        rows: how many a table; with it, or with ``tables``, any schema is filled, not only the core tables.
        tables: only these, and what their rows can't do without.
        seed: another one gives other rows.
        reset: empty the tables first, and those whose rows refer to them.
        values: ``table.column`` → a function of a ``Row``, a list to choose from or an SQL expression; or ``table`` → a
            recipe of model_bakery's.
        like: an alias or an open connection, from whose statistics the rows take their shape; read only.
        scale: rows for each one that is there.
        streams: how many connections write at once, each from a process of its own; by the cores and the number of
            rows where nobody says.
        told: called with the number of rows made and to be made, now and then.

    Raises:
        Refused: the target isn't ours to change.
        SeedingStopped: a large seeding stopped on the way; the same call again goes on from there.
        UsageError: an unknown profile, tables or columns that aren't there, no statistics, model_bakery not installed.

    """
    started = monotonic()
    what = _asked(What(profile, rows, tables, seed, reset, told, values or {}, streams=streams))
    arguments = {"target": target, **what.told_of, **({"like": like, "scale": scale} if like is not None else {})}
    with recorded("seed_testdata", arguments=arguments) as run:
        if like is not None:
            what = replace(what, like=read_source(like, scale, run))
        with session(target, writable=True) as conn:
            found = fingerprint(conn)
            run.databases(source=what.like.fingerprint if what.like else None, target=found)
            require_target(conn, target if isinstance(target, str) else found.database)
            outcome = Outcome()
            current = _write(conn, run, what, outcome)
            _finish(conn, run, outcome, current)
            resembles = resemblance(conn, what.like, outcome.written, outcome.bare) if what.like else None
        _conclude(run, outcome)
        return _result(what, outcome, found, resembles, (monotonic() - started, run.number))


def _result(
    what: What, outcome: Outcome, found: Fingerprint, resembles: Resemblance | None, ended: tuple[float, int | None]
) -> Seeded:
    return Seeded(
        target=found,
        profile=what.profile,
        seed=what.seed,
        tables=outcome.counts,
        emptied=tuple(name.short for name in outcome.emptied),
        kept=tuple(name.short for name in outcome.kept),
        unfilled=outcome.unfilled,
        notes=tuple(outcome.notes),
        seconds=ended[0],
        run=ended[1],
        resemblance=resembles,
    )


def _write(conn: Connection[Any], run: Recorder, what: What, outcome: Outcome) -> Snapshot:
    """Mend what a stopped seeding left, then write; give the schema."""
    conn.read_only = None
    left = mend(conn, run)
    if not _is_shop(what):
        return write_many(conn, run, what, outcome, left)
    if left is not None:
        undo(conn, run, left)
    write_shop(conn, run, what, outcome)
    return catalog.read(conn)


def _asked(what: What) -> What:
    if what.profile not in PROFILES:
        raise UsageError(f"there is no profile {what.profile!r}", f"The profiles are {', '.join(PROFILES)}.")
    for word, number in (("rows", what.rows), ("streams", what.streams)):
        if number is not None and number < 1:
            raise UsageError(f"{number} {word} can't be written", f"Give --{word} a number above 0.")
    return what


def _is_shop(what: What) -> bool:
    asked = what.rows is not None or what.tables or what.values or what.like is not None
    return what.profile == "minimal" and not asked and apps.is_installed("migration_app")


def _finish(conn: Connection[Any], run: Recorder, outcome: Outcome, current: Snapshot) -> None:
    with run.step("fill materialized views"):
        failed = refresh(conn, views_to_refill(current))
        outcome.unfilled.update(dict(each.partition(": ")[::2] for each in failed))
    with run.step("bring statistics up to date"):
        analyze(conn, tuple(outcome.written))


def _conclude(run: Recorder, outcome: Outcome) -> None:
    summary = counted(outcome.counts)
    if outcome.unfilled:
        run.outcome("differences", f"{summary}; {len(outcome.unfilled)} could not be filled")
    else:
        run.outcome("done", summary)
