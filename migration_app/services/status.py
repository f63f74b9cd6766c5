"""The five success metrics, measured where that is possible and told with their evidence."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migration_app import conf
from migration_app.engine import catalog
from migration_app.engine.wording import from_here
from migration_app.models.history import Outcome
from migration_app.services.analyzing import classify_snapshot
from migration_app.services.connecting import session
from migration_app.services.drift import check_drift
from migration_app.services.history import last_run, recorded, steps_done

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLONED: Final = (Outcome.DONE,)
_NAMES: Final = (
    "integration tests pass on the new test database",
    "no test tables remain in production",
    "the workflow is no slower",
    "schemas are consistent",
    "tests do not affect production",
)


@dataclass(frozen=True)
class Metric:
    """One of the five promises, and what shows whether it is kept."""

    name: str
    met: bool
    evidence: str


@dataclass(frozen=True)
class Status:
    """Where the separation stands."""

    metrics: tuple[Metric, ...]
    run: int | None

    @property
    def met(self) -> bool:
        """All five are met."""
        return all(metric.met for metric in self.metrics)


def migration_status(source: str = "prod", target: str = "test") -> Status:
    """Measure the five success metrics: the schemas now, the rest from what the run history recorded."""
    with recorded("migration_status", arguments={"source": source, "target": target}) as run:
        with run.step("look at production"):
            separate = _no_test_tables(source)
        with run.step("compare the schemas"):
            consistent = _consistent(source, target)
        metrics = tuple(
            Metric(name, *found)
            for name, found in zip(
                _NAMES,
                (_tests_pass(target), separate, _no_slower(target), consistent, _no_effect(source)),
                strict=True,
            )
        )
        status = Status(metrics, run.number)
        met = sum(metric.met for metric in metrics)
        run.outcome("done" if status.met else "differences", f"{met} of {len(metrics)} metrics met")
        return status


def _tests_pass(target: str) -> tuple[bool, str]:
    run = last_run("verify_isolation", arguments__target=target, arguments__command__0__isnull=False)
    if run is None:
        return False, "no test run was watched yet: manage.py verify_isolation -- COMMAND"
    command = shlex.join(map(from_here, run.arguments["command"]))
    cloned = last_run("clone_schema", outcome__in=_CLONED, arguments__target=target, arguments__dry_run=False)
    if cloned is not None and cloned.number > run.number:
        return False, f"run {run.number} was before the clone of run {cloned.number}: run the tests again"
    passed = run.outcome == Outcome.DONE
    return passed, f"run {run.number}: {command} {'passed' if passed else f'ended with {run.outcome}: {run.summary}'}"


def _no_test_tables(source: str) -> tuple[bool, str]:
    with session(source) as conn:
        classified = classify_snapshot(catalog.read(conn))
    left = [str(table) for table in sorted(classified.test_tables, key=str)]
    kept = ", ".join(str(table) for table in classified.look_alikes) or "none"
    if left:
        return False, f"{len(left)} left: {_some(left)}"
    return True, f"0 of {len(classified.production)} tables; look-alikes that stay: {kept}"


def _no_slower(target: str) -> tuple[bool, str]:
    """Hold the time to a ready test database against what the settings allow."""
    runs = [
        run
        for command, side in (("clone_schema", "target"), ("seed_testdata", "target"))
        if (run := last_run(command, outcome=Outcome.DONE, **{f"arguments__{side}": target})) is not None
    ]
    if not runs:
        return False, "no clone was recorded yet: manage.py clone_schema"
    seconds = sum(run.duration.total_seconds() for run in runs if run.duration is not None)
    allowed = conf.get().ready_seconds
    parts = " + ".join(run.command for run in runs)
    return seconds <= allowed, f"{parts} took {seconds:.1f} s; DBSEP['READY_SECONDS'] allows {allowed:g} s"


def _consistent(source: str, target: str) -> tuple[bool, str]:
    drift = check_drift(source, target)
    if drift.identical:
        return True, f"{drift.objects} objects compared, none differs; both hash to {drift.source_hash[:12]}"
    shown = _some([f"{each.kind} {each.address}" for each in drift.differences])
    return False, f"{len(drift.differences)} objects differ: {shown}"


def _no_effect(source: str) -> tuple[bool, str]:
    run = last_run("verify_isolation", arguments__source=source, arguments__command__0__isnull=False)
    if run is None:
        return False, "no test run was watched yet: manage.py verify_isolation -- COMMAND"
    watched = "watch production while the command runs" in steps_done(run)
    return watched and run.outcome == Outcome.DONE, f"run {run.number}: {run.summary}"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")  # noqa: PLR2004 - a few
