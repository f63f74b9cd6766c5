"""Values as COPY text (PostgreSQL 18, COPY, "Text Format")."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

NULL: Final = "\\N"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_CLEAN: Final = re.compile(r"[^\\\t\n\r]*\Z")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.:+-]+\Z")


def text_of(value: object) -> str | None:
    """Give the value as PostgreSQL's input functions read it; None for null."""
    if value is None or isinstance(value, str):
        return value
    make = _MAKERS.get(type(value))
    return str(value) if make is None else make(value)


def _array(parts: list[object]) -> str:
    return "{" + ",".join(_quoted(part, null="NULL") for part in parts) + "}"


def _composite(parts: tuple[object, ...]) -> str:
    return "(" + ",".join(_quoted(part, null="") for part in parts) + ")"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


_MAKERS: Final[Mapping[type, Callable[[Any], str]]] = {
    bool: lambda value: "t" if value else "f",
    dict: _json,
    list: _array,
    tuple: _composite,
    bytes: lambda value: "\\x" + value.hex(),
}


def _quoted(part: object, *, null: str) -> str:
    if isinstance(part, list):
        return _array(part)
    text = text_of(part)
    if text is None:
        return null
    if _PLAIN.match(text) and text.upper() != "NULL":
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def field(value: object) -> str:
    """Give one field of a line."""
    text = text_of(value)
    return NULL if text is None else text.translate(_ESCAPES)


def block(rows: Iterable[Sequence[object]]) -> bytes:
    """Give the lines of rows."""
    return "".join("\t".join(map(field, row)) + "\n" for row in rows).encode()


def lines(columns: Sequence[Sequence[str]], rows: int) -> bytes:
    """Give the lines of rows that come as columns of fields."""
    if not columns:
        return b"\n" * rows
    return ("\n".join(map("\t".join, zip(*columns, strict=True))) + "\n").encode()


def texts(values: Sequence[object]) -> Sequence[str]:
    """Give a column's values as fields."""
    types = set(map(type, values))
    if types == {int}:
        return list(map(str, values))
    if types == {str}:
        found: Sequence[str] = values  # type: ignore[assignment]
        return found if _CLEAN.match("".join(found)) else [text.translate(_ESCAPES) for text in found]
    if types <= _MEMOISED:
        # Rows of one parent often share a moment, and writing one down takes long.
        several = set(values)
        written = {**dict(zip(several, map(str, several), strict=True)), None: NULL, True: "t", False: "f"}
        return [written[value] for value in values]
    if types <= _PLAIN_TYPES:
        return [NULL if value is None else str(value) for value in values]
    if types == {str, _NULL_TYPE}:
        there = iter(texts([value for value in values if value is not None]))
        return [NULL if value is None else next(there) for value in values]
    return list(map(field, values))


_NULL_TYPE: Final = type(None)
_MEMOISED: Final = frozenset({datetime, date, bool, _NULL_TYPE})
_PLAIN_TYPES: Final = frozenset({int, float, Decimal, _NULL_TYPE})
