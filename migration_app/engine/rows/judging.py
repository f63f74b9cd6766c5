"""Asks the server which values break a rule that only it understands, before any row is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from migration_app.engine.sql import ident

from .encoding import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from psycopg import Connection

    from .shape import Check, Column, Shape, Table

    Judge = Callable[[Table, Check, Sequence[str], Sequence[Sequence[Any]]], Sequence[int]]


def judge(connection: Connection[Any], shape: Shape) -> Judge:
    """Give what asks within the open transaction; a rule that fails on a value counts that value as breaking it."""

    def failing(table: Table, check: Check, columns: Sequence[str], values: Sequence[Sequence[Any]]) -> Sequence[int]:
        if not columns or check.expression is None:
            return ()
        if connection.info.transaction_status == TransactionStatus.ACTIVE:
            raise RuntimeError(f"{check.name} can't be asked about while rows are being sent")
        texts = [[text_of(value) for value in column] for column in values]
        query = _query(shape, table, check, columns)
        try:
            with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
                cursor.execute(query.encode(), texts, prepare=False)
                return [row[0] - 1 for row in cursor]
        except psycopg.Error:
            return (
                () if len(texts[0]) > 1 and _all_pass(failing, table, check, columns, values) else range(len(texts[0]))
            )

    return failing


def check_now(connection: Connection[Any]) -> None:
    """Have rules that wait for the transaction's end checked at once, so that what breaks one is told by its table."""
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE", prepare=False)


def _all_pass(ask: Judge, table: Table, check: Check, columns: Sequence[str], values: Sequence[Sequence[Any]]) -> bool:
    return all(not ask(table, check, columns, [[v] for v in row]) for row in zip(*values, strict=True))


def _query(shape: Shape, table: Table, check: Check, columns: Sequence[str]) -> str:
    of_domain = check not in table.checks
    arrays = ", ".join("%s::pg_catalog.text[]" for _ in columns)
    names = ", ".join(f"c{number}" for number in range(len(columns)))
    casts = ", ".join(
        f"c{number}::{_base(shape, table.by_name[name])} as {'value' if of_domain else ident(name)}"
        for number, name in enumerate(columns)
    )
    expression = (check.expression or "").replace("%", "%%")
    # unnest() of several arrays is grammar, known only by its bare name (PostgreSQL documentation, "Table Functions").
    return (
        f'select t."→place" from (select o."→place", {casts} from '
        f'rows from (unnest({arrays})) with ordinality as o({names}, "→place")) as t '
        f"where not ({expression})"
    )


def _base(shape: Shape, column: Column) -> str:
    one = shape.types[column.type]
    while one.kind == "d":
        one = shape.types[one.base]
    return f"{ident(one.schema)}.{ident(one.name)}"
