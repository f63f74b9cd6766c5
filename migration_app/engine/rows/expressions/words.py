"""Cuts an expression into words (PostgreSQL 18, section 4.1)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from .nodes import Opaque


class Word(NamedTuple):
    """One word; ``kind`` is ``name``, ``quoted``, ``text``, ``number``, ``sign`` or ``end``."""

    kind: str
    text: str


_WORD: Final = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<text>[EeBbXx]?'(?:[^']|'')*')
  | (?P<quoted>"(?:[^"]|"")*")
  | (?P<number>\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)
  | (?P<name>[^\W\d][\w$]*)
  | (?P<sign>::|[(),.\[\]:]|[-+*/<>=~!@\#%^&|`?]+)
    """,
    re.VERBOSE,
)


def words(expression: str) -> list[Word]:
    """Give the words in order, an ``end`` behind them."""
    found: list[Word] = []
    place = 0
    while place < len(expression):
        match = _WORD.match(expression, place)
        if match is None:
            raise Opaque(expression)
        place = match.end()
        kind, text = str(match.lastgroup), match.group()
        if kind == "quoted":
            text = text[1:-1].replace('""', '"')
        elif kind == "text":
            text = _literal(text)
        if kind != "space":
            found.append(Word(kind, text))
    return [*found, Word("end", "")]


def _literal(text: str) -> str:
    escaped = text[0] in "Ee"
    if text[0] in "BbXx":
        raise Opaque(text)
    inner = text[text.index("'") + 1 : -1].replace("''", "'")
    return re.sub(r"\\(.)", r"\1", inner) if escaped else inner
