"""A plan cut where PostgreSQL wants a commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from migration_app.engine.model import Statement


@dataclass(frozen=True, slots=True)
class Segment:
    """The statements from ``start`` up to ``stop``: of one transaction, or a single one outside of any."""

    start: int
    stop: int
    transactional: bool = True


def segments(statements: Sequence[Statement]) -> tuple[Segment, ...]:
    """Cut the statements into as few segments as can be; a plan of nothing is one empty transaction."""
    found: list[Segment] = []
    start = 0
    for position, statement in enumerate(statements):
        settled = position > start and statements[position - 1].settles and not statement.settles
        if position > start and (settled or not statement.transactional):
            found.append(Segment(start, position))
            start = position
        if not statement.transactional:
            found.append(Segment(position, position + 1, transactional=False))
            start = position + 1
    if start < len(statements) or not found:
        found.append(Segment(start, len(statements)))
    return tuple(found)
