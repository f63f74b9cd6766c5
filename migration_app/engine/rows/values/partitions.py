"""Where the rows of a partitioned table may go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.rows.expressions import Opaque, columns_of, parse
from migration_app.engine.rows.expressions.evaluating import literal_value, made
from migration_app.engine.rows.expressions.words import words

if TYPE_CHECKING:
    from migration_app.engine.rows.shape import Name, Shape, Table

    from .limits import Understanding

_LIST: Final = re.compile(r"FOR VALUES IN \((.*)\)$", re.DOTALL)
_RANGE: Final = re.compile(r"FOR VALUES FROM \((.*)\) TO \((.*)\)$", re.DOTALL)


def narrow(shape: Shape, table: Table, understood: Understanding) -> None:
    """Limit the partition key's columns to what some partition takes; a default partition takes everything."""
    for partition in _parts(shape, table.name):
        if partition.partitioned:
            narrow(shape, partition, understood)
    parts = _parts(shape, table.name)
    match = re.fullmatch(r"(LIST|RANGE) \((\"[^\"]+\"|\w+)(,.*)?\)", table.partition_key or "", re.DOTALL)
    if match is None or any(part.bound == "DEFAULT" for part in parts):
        return
    column = match.group(2).strip('"')
    kind = re.sub(r"\(.*?\)", "", table.by_name[column].written)
    if match.group(1) == "LIST":
        found = [value for part in parts for value in _listed(part.bound or "", kind)]
        understood.of(column).one_of([value for value in found if value is not None])
        return
    spans = [span for part in parts if (span := _span(part.bound or "", kind)) is not None]
    if spans:
        low, high = max(spans, key=lambda span: str(span[0]))
        if low is not None:
            understood.of(column).at_least(low, strict=False)
        if high is not None:
            understood.of(column).at_most(high, strict=True)


def _parts(shape: Shape, name: Name) -> list[Table]:
    return [table for table in shape.tables.values() if table.partition_of == name]


def _listed(bound: str, kind: str) -> list[Any]:
    match = _LIST.match(bound)
    return [] if match is None else [_value(text, kind) for text in _cut(match.group(1))]


def _span(bound: str, kind: str) -> tuple[Any, Any] | None:
    match = _RANGE.match(bound)
    if match is None:
        return None
    return _value(_cut(match.group(1))[0], kind), _value(_cut(match.group(2))[0], kind)


def _cut(text: str) -> list[str]:
    found = [""]
    for word in words(text)[:-1]:
        if word == ("sign", ","):
            found.append("")
        else:
            found[-1] += word.text
    return found


def _value(text: str, kind: str) -> Any:  # noqa: ANN401 - of the column's type
    if text.upper() in {"MINVALUE", "MAXVALUE", "NULL"}:
        return None
    try:
        return literal_value(text, kind)
    except Opaque:
        node = parse(text)
        if columns_of(node):
            raise
        return made(node)({}, 0)
