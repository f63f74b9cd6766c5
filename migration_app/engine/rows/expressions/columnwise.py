"""Evaluates an expression over whole columns at once: a row costs a step in C, not a call for each operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from .evaluating import literal_value, made
from .functions import OPERATORS
from .nodes import Node, Opaque, bare, columns_of

Columns = Mapping[str, Sequence[Any]]
Columnwise = Callable[[Columns, int], Sequence[Any]]
"""Takes columns and their length, and gives a value a row."""

_NULL: Final = type(None)


def columnwise(node: Node) -> Columnwise:
    """Give the expression as a function of columns; its values are those that `made` gives row by row.

    Raises:
        Opaque: it says something that only PostgreSQL understands; here, or on values of a kind that isn't known.

    """
    evaluate = made(node)
    fast = _made(node)

    def values(columns: Columns, rows: int) -> Sequence[Any]:
        try:
            return fast(columns, rows)
        except (TypeError, AttributeError, KeyError, ArithmeticError, Opaque):
            # A branch that no row takes may fail on values that it would never see: row by row it isn't asked.
            return [evaluate(columns, place) for place in range(rows)]

    return values


def _made(node: Node) -> Columnwise:
    make = _MAKERS.get(node.kind)
    return _row_by_row(node) if make is None else make(node)


def _row_by_row(node: Node) -> Columnwise:
    if not columns_of(node):
        constant = made(node)
        return lambda _columns, rows: [constant({}, 0)] * rows
    evaluate = made(node)
    return lambda columns, rows: [evaluate(columns, place) for place in range(rows)]


def _column(node: Node) -> Columnwise:
    name = node.word
    return lambda columns, _rows: columns[name]


def _cast(node: Node) -> Columnwise:
    inner = node.parts[0]
    if inner.kind == "literal" and not inner.parts:
        value = literal_value(inner.word, node.word)
        return lambda _columns, rows: [value] * rows
    return _row_by_row(node)


def _operator(node: Node) -> Columnwise:
    function = OPERATORS.get(node.word)
    if function is None:
        raise Opaque(node.word)
    left, right = (_made(part) for part in node.parts)

    def values(columns: Columns, rows: int) -> Sequence[Any]:
        a, b = left(columns, rows), right(columns, rows)
        if has_null(a) or has_null(b):
            return [None if x is None or y is None else function(x, y) for x, y in zip(a, b, strict=True)]
        return list(map(function, a, b))

    return values


def has_null(values: Sequence[Any]) -> bool:
    """Tell whether some value is null, without comparing any."""
    return _NULL in set(map(type, values))


def _and(node: Node) -> Columnwise:
    parts = [_made(part) for part in node.parts]
    return lambda columns, rows: [
        False if False in row else None if None in row else True
        for row in zip(*(part(columns, rows) for part in parts), strict=True)
    ]


def _or(node: Node) -> Columnwise:
    parts = [_made(part) for part in node.parts]
    return lambda columns, rows: [
        True if True in row else None if None in row else False
        for row in zip(*(part(columns, rows) for part in parts), strict=True)
    ]


def _not(node: Node) -> Columnwise:
    inner = _made(node.parts[0])
    return lambda columns, rows: [None if value is None else not value for value in inner(columns, rows)]


def _null(node: Node) -> Columnwise:
    inner = _made(node.parts[0])
    return lambda columns, rows: [value is None for value in inner(columns, rows)]


def _any(node: Node) -> Columnwise:
    array = bare(node.parts[1])
    if node.word != "=" or array.kind != "array" or columns_of(array):
        return _row_by_row(node)
    members = frozenset(made(array)({}, 0))
    inner = _made(node.parts[0])
    if None in members:
        return _row_by_row(node)
    return lambda columns, rows: [None if value is None else value in members for value in inner(columns, rows)]


def _case(node: Node) -> Columnwise:
    parts = [_made(part) for part in node.parts]
    choices = list(zip(parts[:-1:2], parts[1::2], strict=False))

    def values(columns: Columns, rows: int) -> Sequence[Any]:
        found = parts[-1](columns, rows)
        for condition, value in reversed(choices):
            told = condition(columns, rows)
            found = [x if yes else y for yes, x, y in zip(told, value(columns, rows), found, strict=True)]
        return found

    return values


_MAKERS: Final[Mapping[str, Callable[[Node], Columnwise]]] = {
    "column": _column,
    "cast": _cast,
    "operator": _operator,
    "and": _and,
    "or": _or,
    "not": _not,
    "null": _null,
    "any": _any,
    "case": _case,
}
