"""Where PostgreSQL's parser doesn't read what its printer wrote.

``status IN ('a', 'b')`` over a ``varchar`` column is stored as a cast of a whole array and printed as
``(ARRAY['a'::character varying, …])::text[]``. Read again, the cast is pushed into the elements
(transformTypeCast: the operand is an array constructor), is stored that way, and is printed otherwise ever after: a
copy made by pg_dump differs from its original. An inner cast to the elements' own type, a no-op, keeps the outer one
where it was: ``(ARRAY['a'::character varying, …]::character varying[])::text[]``.
"""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(
    r"""
    (?P<quoted> [eE]?'(?:[^'\\]|''|\\.)*' | "(?:[^"]|"")*" )
    | (?P<dollar> \$(?P<tag>\w*)\$ .*? \$(?P=tag)\$ )
    | (?P<open> \( ARRAY\[ )
    | (?P<bracket> [\[\]] )
    | (?P<cast> \)::[a-z][a-z0-9_ ."]*(?:\(\d+(?:,\d+)?\))?\[\] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ELEMENT: Final = re.compile(r"\(ARRAY\[(?:'(?:[^']|'')*'|-?[\d.]+)::(?P<type>[a-z][a-z0-9_ .\"]*?)\s*[,\]]")


def keep_array_casts(sql: str) -> str:
    """Give the statement so that casts of array constructors are stored as they were printed."""
    if "])::" not in sql:
        return sql
    pieces: list[str] = []
    copied = 0
    opened: list[tuple[int, int]] = []
    depth = 0
    closed: int | None = None
    for token in _TOKEN.finditer(sql):
        kind = token.lastgroup if token.lastgroup != "tag" else "dollar"
        if kind == "open":
            depth += 1
            opened.append((depth, token.start()))
        elif kind == "bracket" and token.group() == "[":
            depth += 1
        elif kind == "bracket":
            closed = None
            if opened and opened[-1][0] == depth:
                _, start = opened.pop()
                closed = start
            depth -= 1
        elif kind == "cast" and closed is not None and sql[token.start() - 1] == "]":
            element = _ELEMENT.match(sql, closed)
            if element is not None:
                pieces += [sql[copied : token.start()], f"::{element['type']}[]"]
                copied = token.start()
            closed = None
    return "".join([*pieces, sql[copied:]])
