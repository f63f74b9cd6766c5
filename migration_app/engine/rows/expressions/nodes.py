"""What an expression is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Opaque(Exception):
    """The expression says something that only PostgreSQL understands."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression; ``parts`` are what it is made of."""

    kind: str
    """``literal``, ``column``, ``operator``, ``and``, ``or``, ``not``, ``null``, ``cast``, ``call``, ``any``, ``all``,
    ``array``, ``case``."""
    word: str = ""
    """The operator, the function, the column, the type of a cast, the literal's text."""
    parts: tuple[Node, ...] = ()


def walk(node: Node) -> Iterator[Node]:
    """Give the node and all below it."""
    yield node
    for part in node.parts:
        yield from walk(part)


def columns_of(node: Node) -> frozenset[str]:
    """Give the columns that the expression reads."""
    return frozenset(part.word for part in walk(node) if part.kind == "column")


def conjuncts(node: Node) -> Iterator[Node]:
    """Give the conditions that must all hold."""
    if node.kind == "and":
        for part in node.parts:
            yield from conjuncts(part)
    else:
        yield node


def bare(node: Node) -> Node:
    """Give what stands under casts."""
    while node.kind == "cast":
        node = node.parts[0]
    return node
