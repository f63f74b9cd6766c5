"""What a service holds while its run is being recorded."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Final, Literal, Protocol

from django.utils import timezone

from migration_app.engine.errors import DbsepError, StatementFailed
from migration_app.models.history import Finding, Outcome, Run, StatementRecord, Step

from .control import CONTROL, message_of, write
from .history_rows import finding_rows, statement_rows
from .redacting import redact, redact_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

BATCH: Final = 500
EXIT_CODES: Final = {"done": 0, "differences": 1, "failed": 2, "refused": 3, "interrupted": 130}


class FingerprintLike(Protocol):
    """A database's identity: ``str()`` is ``database@host:port``."""

    @property
    def database(self) -> str:
        """The database's name."""


@dataclass(frozen=True)
class Progress:
    """What a listener is told when a run or one of its steps starts and ends."""

    number: int | None
    command: str
    step: str
    """Empty where the run itself starts or ends."""
    state: Literal["started", "finished"]
    outcome: str
    seconds: float
    depth: int
    """0 for the outermost run."""


listeners: ContextVar[tuple[Callable[[Progress], None], ...]] = ContextVar("dbsep_listeners", default=())


@dataclass(eq=False)
class StepRecorder:
    """One step while it goes on."""

    name: str
    row: Step | None
    facts: dict[str, object] = field(default_factory=dict)
    round_trips: int | None = None
    result: str = Outcome.DONE

    def detail(self, **facts: object) -> None:
        """Add facts to the step's detail, written when it ends; ``round_trips`` has a column of its own."""
        trips = facts.pop("round_trips", None)
        self.round_trips = trips if isinstance(trips, int) else self.round_trips
        self.facts.update(facts)

    def outcome(self, outcome: Literal["done", "differences", "refused", "failed"]) -> None:
        """Set how the step ends; without it a step that raises nothing is done."""
        self.result = Outcome(outcome)


@dataclass(eq=False)
class Recorder:
    """One run while it goes on; every method does nothing where nothing can be recorded."""

    command: str
    arguments: Mapping[str, object]
    run: Run | None = None
    parent: Recorder | None = None
    current: StepRecorder | None = None
    result: str = ""
    _summary: str = ""
    _exit_code: int | None = None
    _steps: int = 0
    _statements: int = 0
    _findings: int = 0

    @property
    def number(self) -> int | None:
        """The run's number; None where nothing is recorded."""
        return None if self.run is None else self.run.pk

    @property
    def depth(self) -> int:
        """How many runs this one is inside of."""
        return 0 if self.parent is None else self.parent.depth + 1

    def databases(self, *, source: FingerprintLike | None = None, target: FingerprintLike | None = None) -> None:
        """Record which databases the run works on, named by the aliases among the arguments where given."""
        columns: dict[str, object] = {}
        for side, found, other in (("source", source, target), ("target", target, source)):
            if found is not None:
                columns[side] = self._alias(side, alone=other is None) or found.database[:200]
                columns[f"{side}_fingerprint"] = redact(str(found))
        self._update(columns)

    def hashes(self, *, source: str = "", target: str = "", plan: str = "") -> None:
        """Record the hashes of the schemas that were read, and the digest of the plan."""
        named = {"source_hash": source, "target_hash": target, "plan_digest": plan}
        self._update({name: value for name, value in named.items() if value})

    @contextmanager
    def step(self, name: str) -> Iterator[StepRecorder]:
        """Record a step: written when it starts and when it ends, done or failed."""
        started, outer = monotonic(), self.current
        self.current = step = StepRecorder(name, self._open(name))
        self.tell("started", Outcome.RUNNING, step=name)
        try:
            yield step
        except BaseException as error:
            step.result = outcome_of(error)
            raise
        finally:
            self.current = outer
            self._close(step)
            self.tell("finished", step.result, step=name, seconds=monotonic() - started)

    def statements(
        self,
        rows: Iterable[object],
        *,
        outcome: Literal["planned", "applied", "failed", "undone"] = "planned",
    ) -> None:
        """Record statements, numbered in order; each has ``sql`` and ``address`` (more: history_rows)."""
        if self.run is None:
            return
        step = None if self.current is None else self.current.row
        made = list(statement_rows(self.run, step, rows, outcome, self._statements))
        self._statements += len(made)
        write(lambda: StatementRecord.objects.using(CONTROL).bulk_create(made, batch_size=BATCH))

    def applied(self, *, through: int | None = None, seconds: Mapping[int, float] | None = None) -> None:
        """Mark planned statements as applied, all or up to number ``through``; seconds by number, from 1."""
        if self.run is None:
            return
        rows = StatementRecord.objects.using(CONTROL).filter(run=self.run)
        planned = rows.filter(outcome=StatementRecord.Outcome.PLANNED)
        if through is not None:
            planned = planned.filter(order__lte=through)
        write(lambda: planned.update(outcome=StatementRecord.Outcome.APPLIED))
        if seconds:
            write(lambda: _set_seconds(list(rows.only("pk", "order")), seconds))

    def findings(self, rows: Iterable[object]) -> None:
        """Record differences; each has ``address``, ``change``, ``attributes`` (more: history_rows)."""
        if self.run is None:
            return
        made = list(finding_rows(self.run, rows, self._findings))
        self._findings += len(made)
        write(lambda: Finding.objects.using(CONTROL).bulk_create(made, batch_size=BATCH))

    def outcome(
        self,
        outcome: Literal["done", "differences", "refused", "failed"],
        summary: str = "",
        *,
        exit_code: int | None = None,
    ) -> None:
        """Set how the run ends; without it a run that raises nothing is done. Written when the run ends."""
        self.result, self._summary, self._exit_code = Outcome(outcome), summary, exit_code

    def end(self, error: BaseException | None = None) -> None:
        """Write the run's end; ``recorded`` calls it."""
        self.result = (self.result or Outcome.DONE) if error is None else outcome_of(error)
        code = self._exit_code if error is None else getattr(error, "exit_code", None)
        if isinstance(error, StatementFailed):
            self._mark_failed(error)
        self._update(
            {
                "outcome": self.result,
                "exit_code": EXIT_CODES[self.result] if code is None else code,
                "summary": redact(self._summary),
                "error": "" if error is None else message_of(error),
                "hint": redact(error.hint) if isinstance(error, DbsepError) else "",
                "finished": timezone.now(),
                "heartbeat": timezone.now(),
            }
        )

    def tell(
        self, state: Literal["started", "finished"], outcome: str, *, step: str = "", seconds: float = 0.0
    ) -> None:
        """Tell the listeners that the run, or a step of it, starts or ends."""
        told = Progress(self.number, self.command, step, state, str(outcome), seconds, self.depth)
        for listener in listeners.get():
            listener(told)

    def _alias(self, side: str, *, alone: bool) -> str:
        value = self.arguments.get(side)
        if not isinstance(value, str) and alone:
            value = self.arguments.get("database")
        return redact(value)[:200] if isinstance(value, str) else ""

    def _update(self, columns: Mapping[str, object]) -> None:
        number = self.number
        if number is not None and columns:
            write(lambda: Run.objects.using(CONTROL).filter(pk=number).update(**columns))

    def _save(self, step: Step) -> None:
        """Save a step, and with it a sign of life of its run and of those around it."""
        numbers: list[int] = []
        one: Recorder | None = self
        while one is not None:
            numbers += [] if one.number is None else [one.number]
            one = one.parent
        step.save(using=CONTROL)
        Run.objects.using(CONTROL).filter(pk__in=numbers).update(heartbeat=timezone.now())

    def _open(self, name: str) -> Step | None:
        self._steps += 1
        if self.run is None:
            return None
        row = Step(run=self.run, order=self._steps, name=redact(name)[:200])
        write(lambda: self._save(row))
        return None if row.pk is None else row

    def _close(self, step: StepRecorder) -> None:
        row = step.row
        if row is not None:
            row.detail, row.round_trips = redact_mapping(step.facts), step.round_trips
            row.outcome, row.finished = step.result, timezone.now()
            write(lambda: self._save(row))

    def _mark_failed(self, error: StatementFailed) -> None:
        if self.run is None or error.total != self._statements:
            return
        kinds = StatementRecord.Outcome
        rows = StatementRecord.objects.using(CONTROL).filter(run=self.run)
        earlier = rows.filter(order__lt=error.number, outcome=kinds.PLANNED)
        write(lambda: rows.filter(order=error.number).update(outcome=kinds.FAILED))
        write(lambda: earlier.update(outcome=kinds.UNDONE))


def outcome_of(error: BaseException) -> str:
    """Give the outcome that an error means."""
    if isinstance(error, KeyboardInterrupt):
        return Outcome.INTERRUPTED
    return Outcome.REFUSED if getattr(error, "exit_code", None) == EXIT_CODES["refused"] else Outcome.FAILED


def _set_seconds(rows: list[StatementRecord], seconds: Mapping[int, float]) -> None:
    known = [row for row in rows if row.order in seconds]
    for row in known:
        row.seconds = seconds[row.order]
    StatementRecord.objects.using(CONTROL).bulk_update(known, ["seconds"], batch_size=BATCH)
