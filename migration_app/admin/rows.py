"""The tables that a run wrote or copied rows into: how many, in what time, at what rate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from migration_app.models.history import Run, Step

from .timeline import end_of, is_rows
from .wording import NOTHING, badge, duration

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

WIDEST: Final = 1000


@dataclass(frozen=True)
class TableRows:
    """One table's rows; width is thousandths of the longest table's time."""

    table: str
    rows: str
    took: str
    rate: str
    width: int
    outcome: str
    badge: SafeString
    reason: str


@dataclass(frozen=True)
class Rows:
    """All of them, with their sum."""

    tables: tuple[TableRows, ...]
    rows: str
    took: str
    rate: str


def rows_of(run: Run) -> Rows | None:
    """Give the run's tables in the order in which they were written; None where it wrote none. One query."""
    steps = [step for step in run.steps.order_by("order") if is_rows(step)]
    if not steps:
        return None
    end = end_of(run)
    longest = max((_span(run, step) for step in steps), default=timedelta())
    total = sum(step.detail["rows"] for step in steps)
    whole = max((step.finished or end) for step in steps) - min(step.started for step in steps)
    return Rows(
        tables=tuple(_table(run, step, longest) for step in steps),
        rows=f"{total:,}",
        took=duration(whole),
        rate=_rate(total, whole),
    )


def _table(run: Run, step: Step, longest: timedelta) -> TableRows:
    span, number = _span(run, step), step.detail["rows"]
    outcome = run.state if step.finished is None else step.outcome
    return TableRows(
        table=step.name.partition(" ")[2],
        rows=f"{number:,}",
        took=duration(span),
        rate=_rate(number, span),
        width=max(round(WIDEST * (span / longest)), 1) if longest else 1,
        outcome=outcome,
        badge=badge(outcome),
        reason=str(step.detail.get("reason", "")),
    )


def _span(run: Run, step: Step) -> timedelta:
    return max((step.finished or end_of(run)) - step.started, timedelta())


def _rate(rows: int, span: timedelta) -> str:
    """Give rows a second in two digits; nothing where the time is too short to say."""
    seconds = span.total_seconds()
    if rows == 0 or seconds < 0.001:  # noqa: PLR2004 - a clock's tick
        return NOTHING
    rate = rows / seconds
    digits = max(len(str(int(rate))) - 2, 0)
    return f"{round(rate, -digits):,.0f}"
