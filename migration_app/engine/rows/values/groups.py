"""Columns that must be made anew together where a row breaks a rule; all others keep their first values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migration_app.engine.rows.expressions import Columnwise
from migration_app.engine.rows.shape import Check

if TYPE_CHECKING:
    from .batch import Maker


@dataclass(frozen=True)
class Test:
    """A check that values must pass; without an evaluator the server is asked."""

    check: Check
    columns: tuple[str, ...]
    evaluate: Columnwise | None


@dataclass
class Group:
    """Rules, and the columns that they connect with one another, directly or by what makers read."""

    columns: frozenset[str]
    """None of them is decided by the row's number alone."""
    tests: list[Test]


def grouped(makers: Mapping[str, Maker], fixed: Iterable[str], tests: Iterable[Test]) -> tuple[Group, ...]:
    """Divide the columns and their rules; ``fixed`` columns never change, so they connect nothing."""
    free = {name: {name} for name in makers if name not in set(fixed)}
    for name, maker in makers.items():
        if name in free:
            reads = getattr(maker, "reads", None)
            _connect(free, free if reads is None else (name, *reads))
    every = tuple(tests)
    for test in every:
        _connect(free, test.columns)
    found: dict[frozenset[str], list[Test]] = {}
    for test in every:
        own = next((free[name] for name in test.columns if name in free), set())
        found.setdefault(frozenset(own), []).append(test)
    return tuple(Group(columns, own) for columns, own in found.items())


def _connect(free: dict[str, set[str]], names: Iterable[str]) -> None:
    together = set().union(*(free[name] for name in names if name in free))
    for name in together:
        free[name] = together
