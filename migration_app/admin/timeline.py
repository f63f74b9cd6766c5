"""Lays a run's steps, and the runs inside them, on one scale of time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

from django.utils import timezone

from migration_app.models.history import Outcome, Run, Step

from .wording import badge, duration, facts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.utils.safestring import SafeString

SCALE: Final = 1000
NARROWEST: Final = 4  # so that a step of a millisecond still shows
DEEPEST: Final = 5


@dataclass(frozen=True)
class Bar:
    """A step or a nested run on the timeline; x and width are thousandths of the outermost run's time."""

    name: str
    number: int | None
    """A nested run's number; None for a step."""
    summary: str
    outcome: str
    badge: SafeString
    took: str
    after: str
    x: int
    width: int
    round_trips: int | None
    short: list[tuple[str, str]]
    long: list[tuple[str, str]]
    inner: tuple[Bar, ...]


def family(run: Run) -> list[Run]:
    """Give the run and all runs inside it; one query a level."""
    runs = level = [run]
    for _ in range(DEEPEST):
        level = list(Run.objects.filter(parent__in=level).order_by("number"))
        if not level:
            break
        runs = [*runs, *level]
    return runs


def timeline(runs: list[Run]) -> tuple[Bar, ...]:
    """Give the bars of the first run, each with those inside it; one query however many there are."""
    steps, inner = defaultdict(list), defaultdict(list)
    for step in Step.objects.filter(run__in=runs).order_by("run", "order"):
        steps[step.run_id].append(step)
    for run in runs[1:]:
        inner[run.parent_id, run.parent_step_id].append(run)
    ends = {run.number: end_of(run) for run in runs}
    return _Layout(runs[0].started, ends, steps, inner).inside(runs[0])


def end_of(run: Run) -> datetime:
    """Give the time at which a run ended, was last heard of, or, while it goes on, now."""
    if run.finished is not None:
        return run.finished
    return timezone.now() if run.state == Outcome.RUNNING else run.heartbeat


@dataclass(frozen=True)
class _Layout:
    start: datetime
    ends: Mapping[int, datetime]
    steps: Mapping[int, list[Step]]
    inner: Mapping[tuple[int | None, int | None], list[Run]]

    def inside(self, run: Run) -> tuple[Bar, ...]:
        """Give the run's steps, and the runs inside it that belong to no step, by their start."""
        parts: list[Step | Run] = [*self.steps.get(run.number, ()), *self.inner.get((run.number, None), ())]
        parts.sort(key=lambda part: part.started)
        return tuple(self._run(part) if isinstance(part, Run) else self._step(part, run.state) for part in parts)

    def _step(self, step: Step, state: str) -> Bar:
        inner = tuple(self._run(run) for run in self.inner.get((step.run_id, step.pk), ()))
        outcome = state if step.outcome == Outcome.RUNNING else step.outcome
        short, long = facts(step.detail)
        return self._bar(
            span=(step.started, step.finished or self.ends[step.run_id]),
            name=step.name,
            number=None,
            summary="",
            outcome=outcome,
            round_trips=step.round_trips,
            short=short,
            long=long,
            inner=inner,
        )

    def _run(self, run: Run) -> Bar:
        return self._bar(
            span=(run.started, self.ends[run.number]),
            name=run.command,
            number=run.number,
            summary=run.error or run.summary,
            outcome=run.state,
            round_trips=None,
            short=[],
            long=[],
            inner=self.inside(run),
        )

    def _bar(self, span: tuple[datetime, datetime], **recorded: Unpack[_Facts]) -> Bar:
        start, end = span
        whole = max((max(self.ends.values()) - self.start).total_seconds(), 0.001)
        x = round(SCALE * max((start - self.start).total_seconds(), 0.0) / whole)
        width = round(SCALE * max((end - start).total_seconds(), 0.0) / whole)
        x = min(x, SCALE - NARROWEST)
        return Bar(
            badge=badge(recorded["outcome"]),
            took=duration(end - start),
            after=duration(max(start - self.start, timedelta())),
            x=x,
            width=min(max(width, NARROWEST), SCALE - x),
            **recorded,
        )


class _Facts(TypedDict):
    name: str
    number: int | None
    summary: str
    outcome: str
    round_trips: int | None
    short: list[tuple[str, str]]
    long: list[tuple[str, str]]
    inner: tuple[Bar, ...]
