"""Gathers what a run's page shows, in a number of queries that doesn't grow with the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.core.paginator import Page, Paginator
from django.db.models import Count

from migration_app.models.history import Finding, Outcome, Run, StatementRecord

from .colouring import coloured
from .rows import rows_of
from .sides import Sides, sides
from .timeline import Bar, family, timeline
from .wording import LABELS, badge, databases, duration, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.safestring import SafeString

STATEMENTS: Final = 200
FINDINGS: Final = 50


@dataclass(frozen=True)
class ShownStatement:
    """A statement as the page shows it."""

    record: StatementRecord
    badge: SafeString
    sql: SafeString
    took: str


@dataclass(frozen=True)
class ShownFinding:
    """A difference as the page shows it."""

    record: Finding
    label: str
    sides: list[Sides]


def page_of(run: Run, query: Mapping[str, str]) -> dict[str, object]:
    """Give the template's context; ``query`` may hold page numbers as ``statements`` and ``findings``."""
    runs = family(run)
    bars: tuple[Bar, ...] = timeline(runs)
    statements = Paginator(run.statements.order_by("order"), STATEMENTS).get_page(query.get("statements"))
    findings = Paginator(run.findings.order_by("order"), FINDINGS).get_page(query.get("findings"))
    return {
        "run": run,
        "state": run.state,
        "badge": badge(run.state),
        "databases": databases(run.source, run.target),
        "took": duration(run.duration),
        "arguments": [(name, text(value)) for name, value in run.arguments.items()],
        "stopped_in": _stopped_in(bars) if run.state == Outcome.INTERRUPTED else "",
        "bars": bars,
        "rows": rows_of(run),
        "statements": statements,
        "statement_pages": _pages(statements),
        "statement_counts": _counts(run),
        "shown_statements": [_statement(record) for record in statements],
        "failed_statement": _failed(run),
        "findings": findings,
        "finding_pages": _pages(findings),
        "shown_findings": [_finding(record) for record in findings],
    }


def _statement(record: StatementRecord) -> ShownStatement:
    took = "" if record.seconds is None else f"{record.seconds * 1000:,.0f} ms"
    return ShownStatement(record, badge(record.outcome), coloured(record.sql), took)


def _finding(record: Finding) -> ShownFinding:
    return ShownFinding(record, LABELS.get(record.change, record.change), list(sides(record)))


def _counts(run: Run) -> list[tuple[SafeString, int]]:
    rows = run.statements.order_by().values_list("outcome").annotate(Count("pk")).order_by("outcome")
    return [(badge(outcome), number) for outcome, number in rows]


def _failed(run: Run) -> dict[str, int] | None:
    order = run.statements.filter(outcome=StatementRecord.Outcome.FAILED).values_list("order", flat=True).first()
    return None if order is None else {"order": order, "page": (order - 1) // STATEMENTS + 1}


def _stopped_in(bars: tuple[Bar, ...]) -> str:
    for bar in bars:
        if bar.outcome == Outcome.INTERRUPTED:
            return ", ".join(filter(None, (bar.name, _stopped_in(bar.inner))))
    return ""


def _pages(page: Page[StatementRecord] | Page[Finding]) -> list[int | str]:
    paginator = page.paginator
    return list(paginator.get_elided_page_range(page.number)) if paginator.num_pages > 1 else []
