"""Statements that another role runs, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app.engine.sql import RESET_ROLE, SET_ROLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migration_app.engine.model import Statement


def in_one_go(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Give the statements without those that leave a role only to take one again, or take the one that is there."""
    leaving: Statement | None = None
    role = ""
    for statement in statements:
        if statement.sql == RESET_ROLE:
            leaving = statement
            continue
        if statement.sql.startswith(SET_ROLE):
            leaving = None
            if statement.sql == role:
                continue
            role = statement.sql
        elif leaving is not None:
            yield leaving
            leaving, role = None, ""
        yield statement
    if leaving is not None:
        yield leaving
