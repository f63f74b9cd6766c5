"""Fills materialized views after their creation, as far as that is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migration_app.engine.sql import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection
    from psycopg.errors import Diagnostic


def refresh(connection: Connection[Any], views: Sequence[str]) -> tuple[str, ...]:
    """Run REFRESH for each, in the order given and in one wait; give those that failed, with the reason.

    A query may run functions that expect a search path or rows, so a failure is told and not raised.
    """
    if not views:
        return ()
    failed: list[str] = []

    def note(diagnostic: Diagnostic) -> None:
        failed.append(diagnostic.message_primary or "")

    connection.add_notice_handler(note)
    try:
        connection.execute(_block(views).encode(), prepare=False)
    finally:
        connection.remove_notice_handler(note)
    return tuple(failed)


def _block(views: Sequence[str]) -> str:
    tries = "\n".join(
        f"begin execute {literal(f'REFRESH {view}')}; "
        f"exception when others then raise notice '%', {literal(view)} || ': ' || sqlerrm; end;"
        for view in views
    )
    body = f"begin\n{tries}\nend"
    return f"do {literal(body)}"
