"""One stream of rows into the target: a connection, and a process where there are several.

The process is told what to write on its standard input, password included, and answers on its standard output; it ends
when whoever started it does.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import tuple_row

from migration_app.engine.rows import journal, settle
from migration_app.engine.rows.judging import check_now
from migration_app.engine.rows.values import Unsatisfiable

from .generating import blocks, copied, drafted, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import Connection

    from migration_app.engine.rows.shape import Name, Shape
    from migration_app.engine.rows.values import Design

    from .generating import Order


@dataclass(frozen=True)
class Task:
    """What a stream must know before its first part."""

    params: Mapping[str, Any]
    """Of the connection."""
    shape: Shape
    names: tuple[Name, ...]
    held: frozenset[Name]
    order: Order


@dataclass(frozen=True)
class Answer:
    """What became of a part."""

    reason: str = ""
    """Why the rows were refused."""
    stopped: str = ""
    """Why nothing more can be written, though the rows are right."""


def connected(params: Mapping[str, Any]) -> Connection[Any]:
    """Open a further connection of the same kind."""
    return psycopg.connect(**params, autocommit=True, prepare_threshold=None, row_factory=tuple_row)


def write_part(conn: Connection[Any], of: Design, rows: range) -> Answer:
    """Write rows of a table and note the part, both or neither; nothing where it is written already."""
    try:
        with conn.transaction():
            settle(conn)
            if journal.mark(conn, of.table.name, rows.start, len(rows)):
                copied(conn, of, blocks(of, lambda _rows: None, rows))
                check_now(conn)
    except Unsatisfiable as error:
        return Answer(reason=f"{error.rule}: {error.definition}")
    except psycopg.OperationalError as error:
        return Answer(stopped=error.diag.message_primary or "the connection was lost")
    except psycopg.Error as error:
        return Answer(reason=told(error))
    return Answer()


def main() -> None:
    """Write the parts that are asked for."""
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    sys.stdout = sys.stderr
    task: Task = pickle.load(asked)  # noqa: S301 - from the process that started this one
    with connected(task.params) as conn:
        made = drafted(conn, task.shape, task.names, task.held, task.order)
        gc.freeze()  # what lives to the end need not be looked at again and again
        while True:
            try:
                name, rows = pickle.load(asked)  # noqa: S301 - as above
            except EOFError:
                return
            pickle.dump(write_part(conn, made.designs[name], rows), answers)
            answers.flush()
