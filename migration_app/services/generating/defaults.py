"""Column defaults as Python: constants and well-known functions by themselves, everything else as SQL text."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .shapes import ColumnShape
    from .type_names import TypeName

_QUOTED: Final = re.compile(r"'((?:[^']|'')*)'(?:::(.+))?", re.DOTALL)
_NUMBER: Final = re.compile(r"\(?(-?\d+(?:\.\d+)?)\)?(?:::[a-z ]+(?:\(\d+(?:,\s*\d+)?\))?)?")
_TEXTS: Final = frozenset({"text", "character varying", "character", "citext"})
_WHOLE: Final = frozenset({"smallint", "integer", "bigint"})
FUNCTIONS: Final = {
    "now()": 'Func(function="now")',
    "CURRENT_TIMESTAMP": 'Func(template="CURRENT_TIMESTAMP")',
    "CURRENT_DATE": 'Func(template="CURRENT_DATE")',
    "gen_random_uuid()": 'Func(function="gen_random_uuid")',
    "clock_timestamp()": 'Func(function="clock_timestamp")',
    "statement_timestamp()": 'Func(function="statement_timestamp")',
}


def default_source(column: ColumnShape) -> str | None:
    """Give ``db_default`` as Python source; None where only SQL text says it."""
    text = column.default or ""
    if text in FUNCTIONS:
        return FUNCTIONS[text]
    if column.base.array:
        return "[]" if re.fullmatch(r"'\{\}'(::.*)?|ARRAY\[\](::.*)?", text) else None
    return _constant(column, text)


def _constant(column: ColumnShape, text: str) -> str | None:
    base = column.base
    if base.name == "boolean":
        return {"true": "True", "false": "False"}.get(text)
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return _text(column, quoted[1].replace("''", "'"))
    number = _NUMBER.fullmatch(text)
    if number is None:
        return None
    return _number(base, number[1])


def _number(base: TypeName, text: str) -> str | None:
    if base.name in _WHOLE:
        return text if text.lstrip("-").isdigit() else None
    if base.name == "numeric" and base.modifiers:
        return f'Decimal("{text}")'
    return repr(float(text)) if base.name == "double precision" else None


def _text(column: ColumnShape, value: str) -> str | None:
    base = column.base
    if base.name in _TEXTS or column.labels is not None:
        return json.dumps(value, ensure_ascii=False)
    if base.name in _WHOLE and value.lstrip("-").isdigit():
        return value
    if base.name == "jsonb":
        try:
            return f"Value({json.loads(value)!r}, models.JSONField())"
        except ValueError:
            return None
    return None
