"""Lays a run's steps, and the runs inside them, on one scale of time."""

from __future__ import annotations

import re
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
FOLDED: Final = 3
"""Tables up to which the steps that write their rows are listed one by one."""
_ROWS: Final = re.compile(r"(?:write|copy) \S.*")


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


def is_rows(step: Step) -> bool:
    """Tell whether the step is about one table's rows: ``write orders``, ``copy orders``, and their number."""
    return isinstance(step.detail.get("rows"), int) and _ROWS.fullmatch(step.name) is not None


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
        steps = self.steps.get(run.number, [])
        tables = [step for step in steps if is_rows(step)]
        folded = tables if len(tables) > FOLDED else []
        parts: list[Step | Run] = [*(s for s in steps if s not in folded), *self.inner.get((run.number, None), ())]
        parts += folded[:1]
        parts.sort(key=lambda part: part.started)
        return tuple(
            self._run(part)
            if isinstance(part, Run)
            else self._tables(folded, run.state)
            if part in folded
            else self._step(part, run.state)
            for part in parts
        )

    def _tables(self, steps: list[Step], state: str) -> Bar:
        """Give one bar for all the tables whose rows were written: the page lists them below."""
        ends = [step.finished or self.ends[step.run_id] for step in steps]
        outcomes = [state if step.outcome == Outcome.RUNNING else step.outcome for step in steps]
        return self._bar(
            span=(min(step.started for step in steps), max(ends)),
            name=f"rows of {len(steps)} tables",
            number=None,
            summary="",
            outcome=next((outcome for outcome in outcomes if outcome != Outcome.DONE), Outcome.DONE),
            round_trips=None,
            short=[("rows", f"{sum(step.detail['rows'] for step in steps):,}")],
            long=[],
            inner=(),
        )

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
