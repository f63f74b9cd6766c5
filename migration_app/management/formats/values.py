"""Attribute values as text, and two long ones as a difference."""

from __future__ import annotations

import difflib
from typing import Final

_LONG: Final = 100


def readable(value: object) -> str:
    """Give the value for a table's cell."""
    if value is None:
        return "(none)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(map(readable, value)) or "(none)"
    return str(value) or "(empty)"


def is_long(source: object, target: object) -> bool:
    """Tell whether the values are better shown as a difference of lines."""
    return any(isinstance(value, str) and ("\n" in value.strip() or len(value) > _LONG) for value in (source, target))


def unified(source: object, target: object) -> str:
    """Give both values as one unified difference, what the source has marked ``-``."""
    lines = difflib.unified_diff(
        readable(source).splitlines(), readable(target).splitlines(), "source", "target", lineterm=""
    )
    return "\n".join(lines)
