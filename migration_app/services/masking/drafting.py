"""Writes proposals into a policy's text: what stands there, comments too, stays as it is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .suggesting import Suggestion

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+\Z")
HEAD: Final = """\
# What becomes of production's columns in a masked copy: `manage.py copy_masked --policy` this file.
# A suggestion is no decision. To decide, write a mask for it: email = "email", or email = "keep".
# A table whose rows stay behind: rows = "none" under [tables.<name>]. All masks: docs/reference/masking.md.
"""


def drafted(text: str, proposals: Mapping[str, Mapping[str, tuple[Suggestion, str]]]) -> str:
    """Give the policy's text with the proposals: table → column → (proposal, the column's type)."""
    made = text or HEAD
    for table, columns in proposals.items():
        lines = "".join(_line(column, suggestion, kind) for column, (suggestion, kind) in columns.items())
        forms = "|".join(map(re.escape, (_key(table), json.dumps(table, ensure_ascii=False))))
        place = re.search(rf"^[ \t]*\[tables\.({forms})\.columns\][^\n]*(\n|\Z)", made, re.MULTILINE)
        if place is None:
            made = f"{made.rstrip()}\n\n[tables.{_key(table)}.columns]\n{lines}"
        else:
            made = f"{made[: place.end()].rstrip()}\n{lines}{made[place.end() :]}"
    return made


def _line(column: str, suggestion: Suggestion, kind: str) -> str:
    parts = [f"suggest = {json.dumps(suggestion.mask)}"]
    if suggestion.by:
        parts.append(f"by = {json.dumps(suggestion.by)}")
    if suggestion.paths:
        inner = ", ".join(f"{_key(path)} = {json.dumps(mask)}" for path, mask in suggestion.paths.items())
        parts.append(f"paths = {{ {inner} }}")
    return f"{_key(column)} = {{ {', '.join(parts)} }}  # {kind}: {suggestion.why}\n"


def _key(name: str) -> str:
    # A basic string of TOML is a string of JSON, but for the delete character.
    return name if _BARE.match(name) else json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
