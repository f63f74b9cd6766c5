"""Evaluates an expression over columns of values, with SQL's three truths."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from .functions import FUNCTIONS, OPERATORS
from .nodes import Node, Opaque
from .parsing import parse

Columns = Mapping[str, Sequence[Any]]
Evaluator = Callable[[Columns, int], Any]
"""Takes columns and a row's place in them."""

_INTEGERS: Final = frozenset({"smallint", "integer", "bigint"})
_TEXTS: Final = frozenset({"text", "character varying", "character", "bpchar", "varchar", "name", "citext"})


def evaluator(expression: str) -> Evaluator:
    """Give the expression as a function of columns and a row's place in them.

    Raises:
        Opaque: it says something that only PostgreSQL understands.

    """
    return made(parse(expression))


def made(node: Node) -> Evaluator:
    """Give a tree as a function."""
    make = _MAKERS.get(node.kind)
    if make is None:
        raise Opaque(node.kind)
    return make(node)


def literal_value(text: str, kind: str) -> Any:  # noqa: ANN401 - of any type
    """Give the value that a literal of a type stands for; raises Opaque for types that aren't known."""
    kind = kind.lower().removeprefix("pg_catalog.")
    try:
        if kind in _INTEGERS:
            return int(text)
        if kind in {"numeric", "double precision", "real", "decimal"}:
            return Decimal(text)
        if kind == "date":
            return date.fromisoformat(text)
        if kind.startswith("timestamp"):
            found = datetime.fromisoformat(text)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, InvalidOperation) as error:
        raise Opaque(text) from error
    if kind == "boolean":
        return text.lower() in {"t", "true"}
    if kind.endswith("[]"):
        raise Opaque(kind)
    return text  # text of some kind, or a label of an enum


def _literal(node: Node) -> Evaluator:
    value: Any = node.word
    if node.parts:
        value = Decimal(node.word) if "." in node.word or "e" in node.word.lower() else int(node.word)
    return lambda _columns, _place: value


def _column(node: Node) -> Evaluator:
    name = node.word
    return lambda columns, place: columns[name][place]


def _cast(node: Node) -> Evaluator:
    inner, kind = node.parts[0], node.word
    if inner.kind == "literal" and not inner.parts:
        value = literal_value(inner.word, kind)
        return lambda _columns, _place: value
    if inner.kind == "array":
        return made(inner)
    value_of = made(inner)
    if kind.lower() in _INTEGERS:
        return lambda columns, place: _through(int, value_of(columns, place))
    if kind.lower() == "date":
        return lambda columns, place: _through(_date, value_of(columns, place))
    if kind.lower() in _TEXTS:
        return lambda columns, place: _through(_text, value_of(columns, place))
    return value_of


def _through(change: Callable[[Any], Any], value: Any) -> Any:  # noqa: ANN401 - of any type
    return None if value is None else change(value)


def _date(value: Any) -> date:  # noqa: ANN401 - of any type
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise Opaque("date")


def _text(value: Any) -> str:  # noqa: ANN401 - of any type
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise Opaque("text")


def _strict(function: Callable[..., Any], arguments: Sequence[Evaluator]) -> Evaluator:
    def call(columns: Columns, place: int) -> Any:  # noqa: ANN401 - of any type
        values = [argument(columns, place) for argument in arguments]
        if any(value is None for value in values):
            return None
        try:
            return function(*values)
        except (TypeError, AttributeError, KeyError, ArithmeticError) as error:
            raise Opaque(str(error)) from error

    return call


def _operator(node: Node) -> Evaluator:
    function = OPERATORS.get(node.word)
    if function is None:
        raise Opaque(node.word)
    return _strict(function, [made(part) for part in node.parts])


def _call(node: Node) -> Evaluator:
    arguments = [made(part) for part in node.parts]
    special = _SPECIAL.get(node.word)
    if special is not None:
        return lambda columns, place: special([argument(columns, place) for argument in arguments])
    function = FUNCTIONS.get(node.word)
    if function is None:
        raise Opaque(node.word)
    return _strict(function, arguments)


def _and(node: Node) -> Evaluator:
    parts = [made(part) for part in node.parts]

    def both(columns: Columns, place: int) -> bool | None:
        values = [part(columns, place) for part in parts]
        return False if any(v is False for v in values) else (None if any(v is None for v in values) else True)

    return both


def _or(node: Node) -> Evaluator:
    parts = [made(part) for part in node.parts]

    def either(columns: Columns, place: int) -> bool | None:
        values = [part(columns, place) for part in parts]
        return True if any(v is True for v in values) else (None if any(v is None for v in values) else False)

    return either


def _not(node: Node) -> Evaluator:
    inner = made(node.parts[0])
    return lambda columns, place: _through(lambda value: not value, inner(columns, place))


def _null(node: Node) -> Evaluator:
    inner = made(node.parts[0])
    return lambda columns, place: inner(columns, place) is None


def _array(node: Node) -> Evaluator:
    parts = [made(part) for part in node.parts]
    return lambda columns, place: [part(columns, place) for part in parts]


def _any(node: Node) -> Evaluator:
    each = OPERATORS.get(node.word)
    if each is None:
        raise Opaque(node.word)
    some = any if node.kind == "any" else all
    return _strict(lambda value, members: some(each(value, m) for m in members), [made(part) for part in node.parts])


def _case(node: Node) -> Evaluator:
    parts = [made(part) for part in node.parts]

    def choose(columns: Columns, place: int) -> Any:  # noqa: ANN401 - of any type
        for condition, value in zip(parts[:-1:2], parts[1::2], strict=False):
            if condition(columns, place):
                return value(columns, place)
        return parts[-1](columns, place)

    return choose


_MAKERS: Final[Mapping[str, Callable[[Node], Evaluator]]] = {
    "literal": _literal,
    "column": _column,
    "cast": _cast,
    "operator": _operator,
    "call": _call,
    "and": _and,
    "or": _or,
    "not": _not,
    "null": _null,
    "array": _array,
    "any": _any,
    "all": _any,
    "case": _case,
}

_SPECIAL: Final[Mapping[str, Callable[[list[Any]], Any]]] = {
    "true": lambda _: True,
    "false": lambda _: False,
    "null": lambda _: None,
    "is_true": lambda values: values[0] is True,
    "is_false": lambda values: values[0] is False,
    "is_distinct": lambda values: values[0] != values[1],
    "coalesce": lambda values: next((value for value in values if value is not None), None),
    "num_nonnulls": lambda values: sum(value is not None for value in values),
    "num_nulls": lambda values: sum(value is None for value in values),
    "greatest": lambda values: max((v for v in values if v is not None), default=None),
    "least": lambda values: min((v for v in values if v is not None), default=None),
}
