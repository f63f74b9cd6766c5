"""The whole way, phase by phase: each recorded as a step, so that a run that stopped can be taken up again."""

from __future__ import annotations

import shlex
from dataclasses import asdict, dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Final

from migration_app import conf
from migration_app.engine.errors import Refused, UsageError
from migration_app.engine.wording import from_here
from migration_app.services.analyzing import analyze_tables
from migration_app.services.cloning import clone_schema
from migration_app.services.connecting import (
    fingerprint,
    objects_found,
    require_confirmation,
    require_distinct,
    session,
)
from migration_app.services.creating import create_missing_tables
from migration_app.services.drift import check_drift
from migration_app.services.dropping import drop_test_tables
from migration_app.services.history import recorded, run_number, steps_done
from migration_app.services.marking import init_environment
from migration_app.services.seeding import seed_testdata
from migration_app.services.status import Metric, migration_status
from migration_app.services.verifying import verify_isolation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from migration_app.services.history import StepRecorder


@dataclass(frozen=True)
class PhaseResult:
    """What one phase found and did."""

    name: str
    outcome: str
    """``done``, ``planned`` (nothing was changed), ``skipped`` (done in an earlier run) or ``differences``."""
    seconds: float
    found: tuple[str, ...] = ()
    """Sentences for a person, in order."""


@dataclass(frozen=True)
class Separation:
    """What became of the separation."""

    phases: tuple[PhaseResult, ...]
    metrics: tuple[Metric, ...]
    """Empty where the last phase wasn't reached."""
    run: int | None

    @property
    def met(self) -> bool:
        """All phases went through, and where the metrics were measured, all are met."""
        return all(phase.outcome != "differences" for phase in self.phases) and all(m.met for m in self.metrics)


@dataclass(frozen=True)
class Part:
    """Which phases to run."""

    first: str | None = None
    """By name or number."""
    last: str | None = None
    resume: int | None = None
    """The number of an earlier run, whose finished phases are skipped."""


@dataclass
class Way:
    """What the phases share."""

    source: str
    target: str
    apply: bool
    confirm: str | None
    command: tuple[str, ...]
    found: list[str] = field(default_factory=list)
    outcome: str = "done"
    metrics: tuple[Metric, ...] = ()

    def tell(self, *sentences: str) -> None:
        """Note what the phase found or did."""
        self.found += sentences

    def planned(self) -> None:
        """Note that the phase changed nothing because nobody said ``apply``."""
        self.outcome = "planned"


def separate(
    source: str = "prod",
    target: str = "test",
    *,
    apply: bool = False,
    confirm: str | None = None,
    part: Part = Part(),
    command: tuple[str, ...] | None = None,
    on_phase: Callable[[PhaseResult], None] | None = None,
) -> Separation:
    """Run the phases in order; what fails stops the way there, and ``resume`` takes it up again.

    Args:
        source: production's alias.
        target: the test database's alias; empty, marked as ours, or a clone already.
        apply: without it everything is looked at and planned, and nothing changes.
        confirm: ``<database>@<host>`` of production, needed with ``apply``.
        part: which phases.
        command: the words of the command that runs the integration tests; the setting's where it is None.
        on_phase: told of each phase when it ends.

    Raises:
        UsageError: no such phase, or no such run.
        Refused: a guard said no.

    """
    names = _chosen(part.first, part.last)
    done = _done_before(part.resume)
    way = Way(source, target, apply, confirm, conf.get().test_command if command is None else command)
    arguments = {"source": source, "target": target, "apply": apply, **asdict(part)}
    results: list[PhaseResult] = []
    with recorded("separate", arguments=arguments, required=apply) as run:
        if apply:
            _require_leave(source, confirm)
        for name in names:
            result = _skip(name) if name in done else _walk(run.step, name, way)
            results.append(result)
            if on_phase is not None:
                on_phase(result)
        separation = Separation(tuple(results), way.metrics, run.number)
        summary = f"{len(results)} phases, {sum(m.met for m in way.metrics)} of {len(way.metrics)} metrics met"
        run.outcome("done" if separation.met else "differences", summary)
        return separation


def _require_leave(source: str, confirm: str | None) -> None:
    with session(source, writable=True) as conn:
        require_confirmation(conn, confirm)


def _chosen(first: str | None, last: str | None) -> tuple[str, ...]:
    names = tuple(PHASES)
    start = _position(first, names) if first is not None else 0
    end = _position(last, names) if last is not None else len(names) - 1
    if start > end:
        raise UsageError(f"phase {names[start]} comes after {names[end]}", "Let --from be the earlier one.")
    return names[start : end + 1]


def _position(word: str, names: Sequence[str]) -> int:
    if word in names:
        return names.index(word)
    if word.isdecimal() and int(word) < len(names):
        return int(word)
    known = ", ".join(f"{number} {name}" for number, name in enumerate(names))
    raise UsageError(f"there is no phase {word!r}", f"The phases are {known}.")


def _done_before(resume: int | None) -> Mapping[str, Mapping[str, object]]:
    if resume is None:
        return {}
    run = run_number(resume)
    if run.command != "separate":
        raise UsageError(f"run {resume} is of {run.command}, not of separate", "Name a run of separate.")
    return {name: detail for name, detail in steps_done(run).items() if detail.get("outcome") != "planned"}


def _skip(name: str) -> PhaseResult:
    return PhaseResult(name, "skipped", 0.0, ("done in the run that is resumed",))


def _walk(step_of: Callable[[str], object], name: str, way: Way) -> PhaseResult:
    started = monotonic()
    way.found, way.outcome = [], "done"
    with step_of(name) as step:  # type: ignore[attr-defined]
        PHASES[name](way)
        recorder: StepRecorder = step
        recorder.detail(found=way.found, outcome=way.outcome)
        if way.outcome == "differences":
            recorder.outcome("differences")
    return PhaseResult(name, way.outcome, monotonic() - started, tuple(way.found))


def _analyse(way: Way) -> None:
    counts = analyze_tables(way.source).counts
    way.tell(
        f"{counts['tables']} tables: {counts['paired']} in both forms ({counts['pairs_that_differ']} no longer of one "
        f"shape), {counts['test_only']} test-only, {counts['production_only']} production-only",
        f"{counts['core_missing']} core tables are missing, {counts['look_alikes']} only look like test tables",
    )


def _separate(way: Way) -> None:
    with session(way.source) as prod, session(way.target) as test:
        proof = require_distinct(prod, test)
        found = fingerprint(test)
    way.tell(f"{proof.source} and {proof.target}: {proof.kind}", *([proof.note] if proof.note else []))
    if not way.apply:
        way.planned()
        way.tell(f"{found} would be marked as a test database")
        return
    role = conf.get().role(way.target) or "test"
    marked = init_environment(way.target, role=role)
    way.tell(f"{found} is marked as a {marked.role} database: ours to change")


def _clean(way: Way) -> None:
    created = create_missing_tables(way.source, apply=way.apply, confirm=way.confirm)
    verb = "created" if way.apply else "would be created"
    way.tell(f"{len(created.missing)} missing core tables {verb}: {', '.join(created.missing) or 'none'}")
    dropped = drop_test_tables(way.source, apply=way.apply, confirm=way.confirm)
    verb = "dropped, after a verified backup" if way.apply else "would be dropped"
    way.tell(f"{len(dropped.tables)} test tables {verb}")
    if dropped.backup:
        way.tell(f"backup: {from_here(str(dropped.backup))}; undo: restore_test_tables --run {dropped.run}")
    for blocked in dropped.blocked:
        way.outcome = "differences"
        way.tell(f"{blocked.table} stays: {', '.join(blocked.dependents)}")
    if not way.apply:
        way.planned()


def _clone(way: Way) -> None:
    with session(way.target) as conn:
        held = objects_found(conn)
    if held:
        drift = check_drift(way.source, way.target)
        if not drift.identical:
            raise Refused(
                f"{drift.target} holds objects, and {len(drift.differences)} differ from production",
                "Bring it there with sync_schema, or empty it with clone_schema --recreate.",
            )
        way.tell(f"the clone is there already: {drift.objects} objects, none differs")
        return
    cloned = clone_schema(way.source, way.target, dry_run=not way.apply)
    verb = "created and read again, none differs" if way.apply else "would be created"
    way.tell(
        f"{sum(cloned.objects.values())} objects ({cloned.objects.get('table', 0)} tables) {verb}: "
        f"{len(cloned.statements)} statements, {cloned.round_trips} round trips, {cloned.seconds:.1f} s"
    )
    if not way.apply:
        way.planned()


def _test(way: Way) -> None:
    if not way.apply:
        way.planned()
        way.tell("a small connected set of rows would be written for the core tables, and the tests run")
        return
    seeded = seed_testdata(way.target, profile="minimal", reset=True)
    way.tell(f"{sum(seeded.tables.values())} rows in {len(seeded.tables)} tables, seed {seeded.seed}")
    if not way.command:
        way.tell("no DBSEP['TEST_COMMAND']: the integration tests were not run")
        way.outcome = "differences"
        return
    isolation = verify_isolation(way.source, way.target, command=way.command)
    watched = isolation.watched
    passed = watched is not None and watched.exit_code == 0
    words = shlex.join(map(from_here, way.command))
    way.tell(f"{words}: {'passed' if passed else 'failed'}, production watched meanwhile")
    if not isolation.met:
        way.outcome = "differences"


def _after(way: Way) -> None:
    if not way.apply:
        way.planned()
        way.tell("the five success metrics would be measured")
        return
    way.metrics = migration_status(way.source, way.target).metrics
    way.tell(f"{sum(m.met for m in way.metrics)} of {len(way.metrics)} success metrics are met")
    if not all(metric.met for metric in way.metrics):
        way.outcome = "differences"


PHASES: Final[Mapping[str, Callable[[Way], None]]] = {
    "analyse": _analyse,
    "separate": _separate,
    "clean": _clean,
    "clone": _clone,
    "test": _test,
    "after": _after,
}
"""Name → what it does; a phase's number is its place."""
