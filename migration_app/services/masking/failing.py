"""Errors of a masked copy: they name the table, the rule and the kind of mistake, and never a value.

PostgreSQL's own words quote values, in the detail, in the context and for malformed data in the message itself.
"""

from __future__ import annotations

import logging
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import psycopg
from psycopg import errors as pg

from migration_app.engine.errors import CopyFailed, StatementFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

T = TypeVar("T")
_SHUTDOWN: Final = "57P"
"""What a server says as it goes: an administrator's word, a crash, a standby's conflict."""
_AGAIN: Final = "Run the command again: nothing half done was kept."

_RULES: Final[tuple[tuple[type[psycopg.Error], str, str], ...]] = (
    (pg.UniqueViolation, "two rows are alike under {rule}", "Choose a mask that keeps values apart: email, hash, key."),
    (pg.CheckViolation, "a value breaks {rule}", "Choose a mask that keeps the rule, or keep the column."),
    (pg.NotNullViolation, "a value is missing in {rule}", "Choose a mask that gives a value."),
    (pg.ForeignKeyViolation, "a row refers to one that isn't there ({rule})", "Copy what it refers to, too."),
    (pg.ExclusionViolation, "two rows collide under {rule}", "Choose a mask that keeps values apart."),
    (pg.StringDataRightTruncation, "a value is longer than its column", "The schemas must agree: sync_schema."),
    (pg.DiskFull, "the disk is full", "Free space on the server, then run the command again."),
    (pg.QueryCanceled, "the statement took too long", "Raise DBSEP['STATEMENT_TIMEOUT']."),
    (
        pg.InsufficientPrivilege,
        "a privilege is missing",
        "The role must read the source's tables.",
    ),
)


def without_values(table: str, side: str, action: Callable[[], T]) -> T:
    """Do it; what the driver raises becomes CopyFailed, which holds no value and carries nothing that does."""
    try:
        return action()
    except psycopg.Error as error:
        failure = failure_of(error, table, side)
    except StatementFailed as error:
        if not isinstance(error.__cause__, psycopg.Error):
            raise
        failure = failure_of(error.__cause__, f"({error.verb} {error.address})", side)
    # Raised out here, so that the driver's error doesn't go along as its context: a traceback would print it.
    raise failure


@contextmanager
def driver_silenced() -> Iterator[None]:
    """Keep psycopg from logging the errors that it passes over: their details quote rows."""
    log = logging.getLogger("psycopg")
    before = log.disabled
    log.disabled = True
    try:
        yield
    finally:
        log.disabled = before


def blocks_without_values(table: str, blocks: Generator[bytes]) -> Generator[bytes]:
    """Give the source's blocks; what its server says meanwhile becomes CopyFailed, and they are closed in any case."""
    with closing(blocks):
        while (block := without_values(table, "source", partial(next, blocks, None))) is not None:
            yield block


def failure_of(error: psycopg.Error, table: str, side: str) -> CopyFailed:
    """Give our error for the driver's."""
    if error.sqlstate is None or error.sqlstate.startswith(_SHUTDOWN):
        return CopyFailed(
            table, side, "the connection was lost", None, "Run the command again: nothing half done was kept."
        )
    for kind, words, advice in _RULES:
        if isinstance(error, kind):
            return CopyFailed(table, side, words.format(rule=_rule(error)), error.sqlstate, advice)
    name = type(error).__name__
    return CopyFailed(
        table, side, f"{name} (SQLSTATE {error.sqlstate}) {_rule(error)}".rstrip(), error.sqlstate, _AGAIN
    )


def _rule(error: psycopg.Error) -> str:
    """Name what was broken: names are the schema's, never a row's."""
    diagnosis = error.diag
    parts = (diagnosis.table_name, diagnosis.column_name or diagnosis.constraint_name)
    return ".".join(part for part in parts if part)
