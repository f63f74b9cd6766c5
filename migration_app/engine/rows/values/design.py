"""The rows of one table: every column's maker, what must be tested, and rows that pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from migration_app.engine.errors import DbsepError
from migration_app.engine.rows.expressions import Evaluator, Opaque
from migration_app.engine.rows.shape import Check, Table

from .batch import Batch, Maker, Values
from .fans import Fan

TRIES: Final = 60
_KEPT: Final = 200_000
"""Rows up to which a column that others look up is kept whole."""
CHUNK: Final = 1024

Judge = Callable[[Table, Check, Sequence[str], Sequence[Values]], Sequence[int]]
"""Asks the server which rows break a rule: the table, the rule, columns, and their values; gives places."""


@dataclass(eq=False)
class Unsatisfiable(DbsepError):
    """No values were found that keep a rule."""

    table: str
    rule: str
    definition: str

    @property
    def message(self) -> str:
        """Name the rule."""
        return f"no rows for {self.table} were found that keep {self.rule}: {self.definition}"

    @property
    def hint(self) -> str:
        """Say what to do."""
        return "Give the columns values in a recipe: see docs/how-to/4-seed.md."


@dataclass(frozen=True)
class Test:
    """A check that values must pass; without an evaluator the server is asked."""

    check: Check
    columns: tuple[str, ...]
    evaluate: Evaluator | None


@dataclass
class Design:
    """How to make a table's rows."""

    table: Table
    makers: dict[str, Maker]
    columns: tuple[str, ...]
    """Those that are written, in the table's order."""
    fixed: frozenset[str]
    """Those that depend on the row's number alone."""
    tests: tuple[Test, ...]
    size: int
    judge: Judge | None = None
    fans: Mapping[str, Fan] = field(default_factory=dict)
    """Column → which rows refer to a row, where those follow one another."""
    looks_at: tuple[Design, ...] = ()
    """Tables whose values, not only keys, are looked up."""
    _whole: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        """Whether making rows asks the server, so that they can't be made while it waits for them."""
        return any(test.evaluate is None for test in self.tests) or any(other.asks for other in self.looks_at)

    def complete(self, rows: Sequence[int], columns: Sequence[str] | None = None) -> Mapping[str, Values]:
        """Give rows that pass the tests, as columns.

        Raises:
            Unsatisfiable: some rows can't be made to pass.

        """
        batch = Batch(self.makers, rows)
        wanted = dict.fromkeys((*(columns or self.columns), *(name for t in self.tests for name in t.columns)))
        if not self.tests:
            return {name: batch[name] for name in wanted}
        found: dict[str, Values] = {name: batch[name] for name in wanted}
        bad, broken = self._failing(found, range(len(rows)))
        salt = 0
        while bad:
            salt += 1
            if salt > TRIES or broken is None:
                check = broken.check if broken else self.tests[0].check
                raise Unsatisfiable(str(self.table.name), check.name, check.definition)
            found = {name: values if isinstance(values, list) else list(values) for name, values in found.items()}
            again = Batch(self.makers, [rows[place] for place in bad], salt)
            for name in wanted:
                for place, value in zip(bad, again[name], strict=True):
                    found[name][place] = value  # type: ignore[index]
            bad, broken = self._failing(found, bad)
        return found

    def _failing(self, found: Mapping[str, Values], places: Sequence[int]) -> tuple[list[int], Test | None]:
        bad: dict[int, None] = {}
        broken = None
        for number, test in enumerate(self.tests):
            before = len(bad)
            try:
                failing = self._evaluated(test, found, places)
            except Opaque:
                self.tests = (*self.tests[:number], replace(test, evaluate=None), *self.tests[number + 1 :])
                failing = self._judged(test, found, places)
            bad.update(dict.fromkeys(failing))
            broken = test if len(bad) > before else broken
        return sorted(bad), broken

    @staticmethod
    def _evaluated(test: Test, found: Mapping[str, Values], places: Sequence[int]) -> list[int]:
        if test.evaluate is None:
            raise Opaque(test.check.name)
        return [place for place in places if test.evaluate(found, place) is False]

    def _judged(self, test: Test, found: Mapping[str, Values], places: Sequence[int]) -> list[int]:
        if self.judge is None:
            return []
        some = [[found[name][place] for place in places] for name in test.columns]
        return [places[number] for number in self.judge(self.table, test.check, test.columns, some)]

    def values(self, column: str, rows: Sequence[int | None]) -> Values:
        """Give a column's values for rows by number, None for None."""
        known = rows if None not in rows else [row for row in rows if row is not None]
        if column in self.fixed:
            made = Batch(self.makers, known)[column]  # type: ignore[arg-type]
        elif self.size <= _KEPT:
            whole = self._all(column)
            made = [whole[row] for row in known]  # type: ignore[index]
        else:
            made = self.complete(known, (column,))[column]  # type: ignore[arg-type]
        if known is rows:
            return made
        there = iter(made)
        return [None if row is None else next(there) for row in rows]

    def _all(self, column: str) -> list[Any]:
        if column not in self._whole:
            gathered: list[Any] = []
            for start in range(0, self.size, CHUNK):
                gathered += self.complete(range(start, min(start + CHUNK, self.size)), (column,))[column]
            self._whole[column] = gathered
        return self._whole[column]


@dataclass(frozen=True)
class Standing:
    """Rows that the table holds already: the keys that others may refer to."""

    keys: Mapping[str, Sequence[Any]]

    @property
    def size(self) -> int:
        """How many there are."""
        return len(next(iter(self.keys.values()), ()))

    def values(self, column: str, rows: Sequence[int | None]) -> Values:
        """Give a column's values for rows by number, None for None."""
        there = self.keys[column]
        return [None if row is None else there[row] for row in rows]
