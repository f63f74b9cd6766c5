"""The functions and operators that are understood without a server; each gets values that aren't null."""

from __future__ import annotations

import operator
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from .nodes import Opaque

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CLASSES: Final = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
    "punct": r"!-/:-@\[-`{-~",
    "word": r"\w",
    "xdigit": "0-9A-Fa-f",
}


def python_pattern(pattern: str) -> str:
    """Give a PostgreSQL regular expression as Python's; raises Opaque where it can't be said."""
    text = re.sub(r"\[:(\w+):\]", lambda m: _CLASSES.get(m.group(1), "") or _unknown(m.group(1)), pattern)
    if text.startswith("***") or "[." in text or "[=" in text:
        raise Opaque(pattern)
    return re.sub(r"\\[mMyY]", r"\\b", text)


def _unknown(word: str) -> str:
    raise Opaque(word)


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    try:
        return re.compile(python_pattern(pattern), flags)
    except re.error as error:
        raise Opaque(pattern) from error


@lru_cache(maxsize=512)
def _like(pattern: str, flags: int) -> re.Pattern[str]:
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    made = {"%": ".*", "_": "."}
    body = "".join(made.get(part) or re.escape(part[-1]) for part in parts)
    return re.compile(body, flags | re.DOTALL)


def _matches(flags: int) -> Callable[[str, str], bool]:
    return lambda text, pattern: _compiled(pattern, flags).search(text) is not None


def _likes(flags: int) -> Callable[[str, str], bool]:
    return lambda text, pattern: _like(pattern, flags).fullmatch(text) is not None


def _divide(a: Any, b: Any) -> Any:  # noqa: ANN401 - numbers of any type
    if isinstance(a, int) and isinstance(b, int):
        return int(Decimal(a) / Decimal(b))
    return a / b


def _length(value: Any) -> int:  # noqa: ANN401 - text, bytes
    if not isinstance(value, str | bytes):
        raise Opaque("length")
    return len(value)


def _cardinality(value: Any, dimension: int = 1) -> int | None:  # noqa: ANN401 - an array
    if not isinstance(value, list) or dimension != 1:
        raise Opaque("array")
    return len(value)


_JSON: Final = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}

OPERATORS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "%": lambda a, b: a % b if a >= 0 else -(-a % b),
    "||": lambda a, b: str(a) + str(b),
    "~": _matches(0),
    "~*": _matches(re.IGNORECASE),
    "!~": lambda text, pattern: not _matches(0)(text, pattern),
    "!~*": lambda text, pattern: not _matches(re.IGNORECASE)(text, pattern),
    "~~": _likes(0),
    "~~*": _likes(re.IGNORECASE),
    "!~~": lambda text, pattern: not _likes(0)(text, pattern),
    "!~~*": lambda text, pattern: not _likes(re.IGNORECASE)(text, pattern),
}

FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "minus": operator.neg,
    "abs": abs,
    "length": _length,
    "char_length": _length,
    "character_length": _length,
    "octet_length": lambda value: len(value.encode()) if isinstance(value, str) else _length(value),
    "lower": str.lower,
    "upper": str.upper,
    "btrim": lambda text, *characters: text.strip(*characters or (" ",)),
    "ltrim": lambda text, *characters: text.lstrip(*characters or (" ",)),
    "rtrim": lambda text, *characters: text.rstrip(*characters or (" ",)),
    "cardinality": _cardinality,
    "array_length": lambda value, dimension: _cardinality(value, dimension) or None,
    "jsonb_typeof": lambda value: _JSON[type(value)],
    "json_typeof": lambda value: _JSON[type(value)],
    "now": lambda: datetime.now(UTC),
    "current_date": lambda: datetime.now(UTC).date(),
    "current_timestamp": lambda: datetime.now(UTC),
    "starts_with": str.startswith,
}
