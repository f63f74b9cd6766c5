"""The independent check: nothing that was to be masked stands in the target."""

from __future__ import annotations

import hmac
from contextlib import closing
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from migration_app.engine.rows import Rows, copy_in
from migration_app.engine.rows.masking import invented, read_blocks
from migration_app.engine.rows.masking.keying import give_seed
from migration_app.engine.rows.masking.sketching import (
    SKETCH,
    Looked,
    close_sketch,
    constants,
    found,
    masked_columns,
    open_sketch,
    source_hashes,
    target_values,
    text_columns,
)

from .failing import blocks_without_values, without_values
from .result import Leak

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import Connection

    from migration_app.engine.rows.masking import Reading
    from migration_app.engine.rows.shape import Name, Shape

    from .secret import Secret


def look_for_leaks(
    source: Connection[Any],
    target: Connection[Any],
    shape: Shape,
    readings: Mapping[Name, Reading],
    secret: Secret,
    *,
    accepted: frozenset[str],
    written: Mapping[Name, int],
) -> tuple[tuple[Leak, ...], int]:
    """Give where masked values are found, and how many were looked for, within both open transactions.

    The seed is derived from the key for this alone: the target's server never learns what masks are made with.
    """
    seed = hmac.new(secret.key, b"leak check", sha256).digest()
    give_seed(source, seed)
    give_seed(target, seed)
    columns = _sketch(source, target, shape, readings)
    if not columns:
        return (), 0
    choices = (choice for reading in readings.values() for choice in reading.choices.values())
    checked = close_sketch(target, (*invented(), *constants(choices)))
    leaks: list[Leak] = []
    for name in (each for each in readings if written.get(each)):
        looked = {str(c): n for n, c in enumerate(text_columns(shape, shape.tables[name])) if str(c) not in accepted}
        leaks += _in_table(target, shape, name, looked, columns)
    return tuple(leaks), checked


def _sketch(
    source: Connection[Any], target: Connection[Any], shape: Shape, readings: Mapping[Name, Reading]
) -> list[Looked]:
    """Bring the hashes from the source into the target; give the columns, by their number."""
    open_sketch(target)
    columns: list[Looked] = []
    rows = Rows(*SKETCH, ("place", "hash"))
    for name, reading in readings.items():
        table = shape.tables[name]
        masked = list(masked_columns(shape, table, reading.choices, readings))
        if masked:
            numbered = {one.column: len(columns) + n for n, one in enumerate(masked)}
            columns += masked
            statement = source_hashes(shape, table, reading.choices, numbered, reading.condition)
            with closing(blocks_without_values(name.short, read_blocks(source, statement))) as hashes:
                without_values(name.short, "target", partial(copy_in, target, rows, hashes))
    return columns


def _in_table(
    target: Connection[Any], shape: Shape, name: Name, looked: Mapping[str, int], columns: list[Looked]
) -> list[Leak]:
    if not looked:
        return []
    numbered = {column.rpartition(".")[2]: number for column, number in looked.items()}
    names = {number: column for column, number in looked.items()}
    statement = target_values(shape, shape.tables[name], numbered)
    hits = without_values(name.short, "target", lambda: found(target, statement))
    return [Leak(str(columns[origin]), names[place], values) for place, origin, values in sorted(hits)]
