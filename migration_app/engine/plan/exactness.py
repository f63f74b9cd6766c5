"""Where PostgreSQL's parser doesn't read what its printer wrote: two places, both mended with a cast that does nothing.

- ``status IN ('a', 'b')`` over a ``varchar`` column is stored as a cast of a whole array and printed as
  ``(ARRAY['a'::character varying, …])::text[]``. Read again, the cast is pushed into the elements (transformTypeCast:
  its operand is an array constructor). An inner cast to the elements' own type keeps the outer one where it was.
- ``a BETWEEN 1 AND 2 AND b`` is stored as an AND inside an AND and printed as ``((a >= 1) AND (a <= 2)) AND b``. Read
  again, the inner one is merged into the outer (makeAndExpr: its left operand is an AND). A cast of the inner one to
  ``boolean`` keeps the two apart.

A copy that pg_dump makes differs from its original in both; see docs/decisions/exact-copies.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_LITERAL: Final = r"""
    (?P<literal> [eE]?'(?:[^'\\]|''|\\.)*' | "(?:[^"]|"")*" | \$(?P<tag>\w*)\$ .*? \$(?P=tag)\$ )
"""
_ARRAYS: Final = re.compile(
    _LITERAL
    + r"""
    | (?P<open> \( ARRAY\[ )
    | (?P<bracket> [\[\]] )
    | (?P<recast> \)::[a-z][a-z0-9_ ."]*(?:\(\d+(?:,\d+)?\))?\[\] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ELEMENT: Final = re.compile(r"\(ARRAY\[(?:'(?:[^']|'')*'|-?[\d.]+)::(?P<type>[a-z][a-z0-9_ .\"]*?)\s*[,\]]")
_WORDS: Final = re.compile(_LITERAL + r"| (?P<paren> [()] ) | (?P<word> \w+ )", re.VERBOSE | re.DOTALL)
_QUERIES: Final = frozenset({"SELECT", "WITH", "VALUES"})
_JOINED: Final = re.compile(r"\) (?:AND|OR) ")


def exact(sql: str) -> str:
    """Give the statement so that what it holds is stored as it was printed."""
    return keep_nesting(keep_array_casts(sql))


def keep_array_casts(sql: str) -> str:
    """Give the statement so that casts of array constructors stay around the array."""
    if "])::" not in sql:
        return sql
    pieces: list[str] = []
    copied = 0
    opened: list[tuple[int, int]] = []
    depth = 0
    closed: int | None = None
    for token in _ARRAYS.finditer(sql):
        text = token.group()
        if token["open"]:
            depth += 1
            opened.append((depth, token.start()))
        elif text == "[":
            depth += 1
        elif text == "]":
            closed = opened.pop()[1] if opened and opened[-1][0] == depth else None
            depth -= 1
        elif token["recast"] and closed is not None and sql[token.start() - 1] == "]":
            element = _ELEMENT.match(sql, closed)
            if element is not None:
                pieces += [sql[copied : token.start()], f"::{element['type']}[]"]
                copied = token.start()
            closed = None
    return "".join([*pieces, sql[copied:]])


@dataclass
class _Group:
    """What is inside one pair of parentheses."""

    words: int = 0
    query: bool = False
    joined_by: str = ""
    """The last AND or OR at the group's own level."""


def keep_nesting(sql: str) -> str:
    """Give the statement so that an AND inside an AND, or an OR inside an OR, isn't merged into it."""
    if not _JOINED.search(sql):
        return sql
    pieces: list[str] = []
    copied = 0
    groups = [_Group()]
    for token in _WORDS.finditer(sql):
        text = token.group()
        if text == "(":
            groups.append(_Group())
        elif text == ")" and len(groups) > 1:
            inner = groups.pop()
            if inner.joined_by and not inner.query and sql.startswith(f" {inner.joined_by} ", token.end()):
                pieces += [sql[copied : token.end()], "::boolean"]
                copied = token.end()
        elif token["word"]:
            group = groups[-1]
            group.query = group.query or (group.words == 0 and text in _QUERIES)
            group.words += 1
            if text in {"AND", "OR"}:
                group.joined_by = text
    return "".join([*pieces, sql[copied:]])
