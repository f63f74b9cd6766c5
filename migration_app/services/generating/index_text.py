"""What pg_get_indexdef() prints, taken apart: Django's indexes name columns, orders and operator classes singly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# What must be kept whole when a text is cut: names and constants in quotes.
_TOKEN: Final = re.compile(r"""E?'(?:[^']|'')*'|"(?:[^"]|"")*"|[\w$]+|\s+|.""", re.DOTALL)
_NAME: Final = re.compile(r'"(?:[^"]|"")*"|[^\W\d][\w$]*')


@dataclass(frozen=True, slots=True)
class IndexPart:
    """One column or expression of an index."""

    column: str | None
    """The column's name; None for an expression."""
    expression: str
    """As SQL."""
    collation: str | None
    opclass: str | None
    """With its options."""
    descending: bool
    nulls: str | None
    """``FIRST`` or ``LAST`` where it isn't the order's own."""


@dataclass(frozen=True, slots=True)
class IndexText:
    """An index's definition."""

    unique: bool
    method: str
    parts: tuple[IndexPart, ...]
    include: tuple[str, ...]
    nulls_distinct: bool
    options: str
    tablespace: str
    condition: str | None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns; none for the expressions."""
        return tuple(part.column for part in self.parts if part.column is not None)

    @property
    def is_plain(self) -> bool:
        """Columns only, for all rows."""
        return self.condition is None and len(self.columns) == len(self.parts)


def tokens(text: str) -> list[str]:
    """Cut SQL into names, constants, words, blanks and single characters; joined they are the text again."""
    return _TOKEN.findall(text)


def unquoted(name: str) -> str:
    """Give the name that an identifier in SQL stands for."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def read_index(definition: str) -> IndexText:
    """Take apart what pg_get_indexdef() printed for an index."""
    words = tokens(definition)
    using = next(i for i, word in enumerate(words) if word == "USING")
    method = words[using + 2]
    opening = next(i for i in range(using, len(words)) if words[i] == "(")
    closing = _closing(words, opening)
    rest = words[closing + 1 :]
    tail = dict(_clauses(rest))
    return IndexText(
        unique="UNIQUE" in words[:4],
        method=method,
        parts=tuple(_part(piece) for piece in _split(words[opening + 1 : closing])),
        include=tuple(
            unquoted(piece.strip()) for piece in map("".join, _split(tokens(_inside(tail.get("INCLUDE", "")))))
        ),
        nulls_distinct="NULLS" not in tail,
        options=_inside(tail.get("WITH", "")),
        tablespace=unquoted(tail.get("TABLESPACE", "").strip()),
        condition=tail["WHERE"].strip() if "WHERE" in tail else None,
    )


def _clauses(words: list[str]) -> Iterator[tuple[str, str]]:
    """Give clause word → its text; WHERE takes everything behind it."""
    known = {"INCLUDE", "NULLS", "WITH", "TABLESPACE", "WHERE"}
    name, start, depth = "", 0, 0
    for position, word in enumerate(words):
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth == 0 and word in known and name != "WHERE":
            if name:
                yield name, "".join(words[start:position])
            name, start = word, position + 1
    if name:
        yield name, "".join(words[start:])


def _inside(text: str) -> str:
    text = text.strip()
    return text[1:-1] if text.startswith("(") else text


def _closing(words: list[str], opening: int) -> int:
    depth = 0
    for position in range(opening, len(words)):
        depth += {"(": 1, ")": -1}.get(words[position], 0)
        if depth == 0:
            return position
    raise ValueError("a parenthesis isn't closed")


def _split(words: list[str]) -> Iterator[list[str]]:
    piece: list[str] = []
    depth = 0
    for word in words:
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "," and depth == 0:
            yield piece
            piece = []
        else:
            piece.append(word)
    if piece:
        yield piece


def _part(piece: list[str]) -> IndexPart:
    words = [word for word in piece if not word.isspace()]
    # An expression stands in parentheses, or is a function call; a column's name stands alone.
    head = 1
    if words[0] == "(":
        head = _closing(words, 0) + 1
    while head < len(words) and words[head] in {".", "("}:
        head = _closing(words, head) + 1 if words[head] == "(" else head + 2
    is_column = head == 1 and bool(_NAME.fullmatch(words[0]))
    text = "".join(piece).strip()
    expression = _first(text, words[:head])
    rest = words[head:]
    collation = opclass = nulls = None
    if rest[:1] == ["COLLATE"]:
        end = 2
        while rest[end : end + 1] == ["."]:
            end += 2
        collation, rest = "".join(rest[1:end]), rest[end:]
    descending = "DESC" in rest
    if "NULLS" in rest:
        nulls = rest[rest.index("NULLS") + 1]
    named = [word for word in rest if word not in {"ASC", "DESC", "NULLS", "FIRST", "LAST"}]
    if named:
        opclass = "".join(named)
    return IndexPart(unquoted(words[0]) if is_column else None, expression, collation, opclass, descending, nulls)


def _first(text: str, words: list[str]) -> str:
    """Give the beginning of the text that holds these words, blanks between them included."""
    left = list(words)
    taken = []
    for word in tokens(text):
        if not left:
            break
        taken.append(word)
        if not word.isspace():
            left.pop(0)
    return "".join(taken)
