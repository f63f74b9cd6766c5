"""Records what is done as it is done, so that a killed run shows where it stopped.

    with recorded("clone_schema", arguments={"source": "prod", "target": "test"}) as run:
        with run.step("read the catalog") as step:
            step.detail(objects=812)
        run.outcome("done", "812 objects cloned")

Each write is committed by itself on the control database (alias ``default``), unless the caller holds a
transaction open there. Where that database can't be reached, work goes on with a warning and the run has no
number; ``required`` says that unrecorded work must not happen. A run inside another becomes its child.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import TYPE_CHECKING, Final

from migration_app.engine.errors import UsageError
from migration_app.models.history import Outcome, Phase, Run, Step
from migration_app.models.process import this_process

from .control import CONTROL, write
from .recorder import FingerprintLike, Progress, Recorder, StepRecorder, listeners
from .redacting import redact, redact_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = [
    "Progress",
    "Recorder",
    "StepRecorder",
    "last_run",
    "listening",
    "recorded",
    "redact",
    "run_number",
    "steps_done",
]

PHASES: Final[Mapping[str, Phase]] = {
    "analyze_tables": Phase.ANALYSE,
    "init_environment": Phase.SEPARATE,
    "create_missing_tables": Phase.CLEAN,
    "drop_test_tables": Phase.CLEAN,
    "restore_test_tables": Phase.CLEAN,
    "clone_schema": Phase.CLONE,
    "generate_models": Phase.TESTING,
    "seed_testdata": Phase.TESTING,
    "check_drift": Phase.AFTER,
    "snapshot_schema": Phase.AFTER,
    "sync_schema": Phase.AFTER,
    "copy_masked": Phase.AFTER,
    "verify_isolation": Phase.AFTER,
    "migration_status": Phase.AFTER,
    "separate": Phase.ALL,
}

_current: ContextVar[Recorder | None] = ContextVar("dbsep_current_run", default=None)


@contextmanager
def recorded(  # noqa: PLR0913 - the facts of a run
    command: str,
    *,
    arguments: Mapping[str, object],
    source: FingerprintLike | None = None,
    target: FingerprintLike | None = None,
    parent: Run | None = None,
    phase: str | None = None,
    required: bool = False,
    on_step: Callable[[Progress], None] | None = None,
) -> Iterator[Recorder]:
    """Record the block as a run; what it raises is recorded and raised on.

    A run inside another becomes its child. ``phase`` defaults to the command's. Where the control database
    can't be written: raises UsageError if ``required`` (for what alters a database), else warns and goes on.
    """
    run = Recorder(command, arguments, parent=_current.get())
    run.run = _begin(run, parent, phase, required=required)
    run.databases(source=source, target=target)
    current = _current.set(run)
    told = listeners.set((*listeners.get(), *([on_step] if on_step else [])))
    started = monotonic()
    try:
        run.tell("started", Outcome.RUNNING)
        yield run
    except BaseException as error:
        run.end(error)
        raise
    else:
        run.end()
    finally:
        run.tell("finished", run.result, seconds=monotonic() - started)
        _current.reset(current)
        listeners.reset(told)


@contextmanager
def listening(listener: Callable[[Progress], None]) -> Iterator[None]:
    """Tell the listener of every run and step that starts or ends in the block, nested ones too."""
    token = listeners.set((*listeners.get(), listener))
    try:
        yield
    finally:
        listeners.reset(token)


def last_run(command: str, **filters: object) -> Run | None:
    """Give the newest run of the command, filtered by Django's field lookups; None where there is none."""
    return Run.objects.using(CONTROL).filter(command=command, **filters).order_by("-number").first()


def run_number(number: int) -> Run:
    """Give the run with that number; raises UsageError where there is none."""
    run = Run.objects.using(CONTROL).filter(pk=number).first()
    if run is None:
        raise UsageError(f"there is no run {number}", "The admin lists the runs and their numbers.")
    return run


def steps_done(run: Run) -> dict[str, dict[str, object]]:
    """Give the steps that ended well, in order: name → detail. What isn't among them is to be done again."""
    good = (Outcome.DONE, Outcome.DIFFERENCES)
    steps = Step.objects.using(CONTROL).filter(run=run, outcome__in=good).order_by("order")
    return {step.name: step.detail for step in steps}


def _begin(run: Recorder, parent: Run | None, phase: str | None, *, required: bool) -> Run | None:
    above = run.parent
    if above is not None and above.run is None and not required:
        return None  # The warning was given when the outer run began.
    host, pid, born = this_process()
    row = Run(
        command=run.command[:100],
        phase=PHASES.get(run.command, "") if phase is None else phase,
        arguments=redact_mapping(run.arguments),
        parent=parent or (None if above is None else above.run),
        parent_step=None if above is None or above.current is None else above.current.row,
        host=host[:255],
        pid=pid,
        process_birth=born,
    )
    write(lambda: row.save(using=CONTROL, force_insert=True), required=required)
    return None if row.pk is None else row
