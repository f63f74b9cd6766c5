"""Writes rows into a marked database, in one transaction, in the order that its foreign keys ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps

from migration_app.engine import catalog
from migration_app.engine.apply.refreshing import refresh
from migration_app.engine.errors import UsageError
from migration_app.engine.kinds.materialized_view import MaterializedView
from migration_app.engine.rows.analyzing import analyze
from migration_app.services.connecting import fingerprint, require_target, session
from migration_app.services.history import Recorder, recorded

from .many import write_many
from .result import Seeded
from .shop import write_shop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from psycopg import Connection

    from migration_app.engine.rows.shape import Name

PROFILES: Final = ("minimal", "demo", "volume")
ROWS: Final = {"minimal": 5, "demo": 60, "volume": 100_000}
"""How many rows a table gets where nobody says: more or fewer where a recipe gives a ratio."""


@dataclass
class Outcome:
    """What was written, and what wasn't."""

    written: dict[Name, int] = field(default_factory=dict)
    emptied: tuple[Name, ...] = ()
    kept: tuple[Name, ...] = ()
    unfilled: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class What:
    """What was asked for."""

    profile: str
    rows: int | None
    tables: tuple[str, ...]
    seed: int
    reset: bool
    told: Callable[[int, int], None]

    @property
    def wanted(self) -> int:
        """Rows a table."""
        return ROWS[self.profile] if self.rows is None else self.rows


def seed_testdata(
    target: str | Connection[Any] = "test",
    *,
    profile: str = "minimal",
    rows: int | None = None,
    tables: tuple[str, ...] = (),
    seed: int = 1,
    reset: bool = False,
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
        told: called with the number of rows made and to be made, now and then.

    Raises:
        Refused: the target isn't ours to change.
        UsageError: an unknown profile, tables that aren't there, model_bakery not installed.

    """
    started = monotonic()
    what = _asked(profile, rows, tables, seed, reset, told)
    arguments = {key: value for key, value in vars(what).items() if key != "told"}
    with recorded("seed_testdata", arguments={"target": target, **arguments}) as run:
        with session(target, writable=True) as conn:
            found = fingerprint(conn)
            run.databases(target=found)
            require_target(conn, target if isinstance(target, str) else found.database)
            outcome = Outcome()
            (write_shop if _is_shop(what) else write_many)(conn, run, what, outcome)
            _finish(conn, run, outcome)
        _conclude(run, outcome)
        return Seeded(
            target=found,
            profile=profile,
            seed=seed,
            tables={name.short: count for name, count in outcome.written.items()},
            emptied=tuple(name.short for name in outcome.emptied),
            kept=tuple(name.short for name in outcome.kept),
            unfilled=outcome.unfilled,
            seconds=monotonic() - started,
            run=run.number,
        )


def _asked(
    profile: str,
    rows: int | None,
    tables: tuple[str, ...],
    seed: int,
    reset: bool,
    told: Callable[[int, int], None],
) -> What:
    if profile not in PROFILES:
        raise UsageError(f"there is no profile {profile!r}", f"The profiles are {', '.join(PROFILES)}.")
    if rows is not None and rows < 1:
        raise UsageError(f"{rows} rows can't be written", "Give --rows a number above 0.")
    return What(profile, rows, tables, seed, reset, told)


def _is_shop(what: What) -> bool:
    return what.profile == "minimal" and what.rows is None and not what.tables and apps.is_installed("migration_app")


def _finish(conn: Connection[Any], run: Recorder, outcome: Outcome) -> None:
    with run.step("fill materialized views"):
        views = [v.reference for v in catalog.read(conn).of_kind(MaterializedView) if v.populated]
        failed = refresh(conn, views)
        outcome.unfilled.update(dict(each.partition(": ")[::2] for each in failed))
    with run.step("bring statistics up to date"):
        analyze(conn, tuple(outcome.written))


def _conclude(run: Recorder, outcome: Outcome) -> None:
    total: Mapping[str, int] = {"rows": sum(outcome.written.values()), "tables": len(outcome.written)}
    summary = f"{total['rows']} rows in {total['tables']} tables"
    if outcome.unfilled:
        run.outcome("differences", f"{summary}; {len(outcome.unfilled)} could not be filled")
    else:
        run.outcome("done", summary)
