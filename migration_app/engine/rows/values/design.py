"""The rows of one table: every column's maker, what must be tested, and rows that pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import chain
from typing import Any, Final

from migration_app.engine.errors import DbsepError
from migration_app.engine.rows.encoding import NULL, lines, texts
from migration_app.engine.rows.expressions import Opaque
from migration_app.engine.rows.shape import Check, Table

from .batch import Batch, Maker, Values
from .fans import Fan
from .groups import Group, Test
from .packed import Packed
from .runs import KEPT, Run, at, each_once, once_near, runs, there

TRIES: Final = 60
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


@dataclass
class Design:
    """How to make a table's rows."""

    table: Table
    makers: dict[str, Maker]
    columns: tuple[str, ...]
    """Those that are written."""
    fixed: frozenset[str]
    """Those that depend on the row's number alone."""
    groups: tuple[Group, ...]
    size: int
    judge: Judge | None = None
    fans: Mapping[str, Fan] = field(default_factory=dict)
    """Column → which rows refer to a row, where those follow one another."""
    looks_at: tuple[Design, ...] = ()
    """Tables whose values, not only keys, are looked up."""
    _whole: dict[str, Values] = field(default_factory=dict)
    _texts: dict[str, Sequence[str]] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        """Whether making rows asks the server, so that they can't be made while it waits for them."""
        asked = any(test.evaluate is None for group in self.groups for test in group.tests)
        return asked or any(other.asks for other in self.looks_at)

    def complete(self, rows: Sequence[int], columns: Sequence[str] | None = None) -> Mapping[str, Values]:
        """Give rows that pass the tests, as columns.

        Raises:
            Unsatisfiable: some rows can't be made to pass.

        """
        batch = Batch(self.makers, rows)
        changed = self._changed(batch, columns)
        return {name: changed[name] if name in changed else batch[name] for name in columns or self.columns}

    def block(self, rows: range) -> bytes:
        """Give rows that pass the tests, as lines of COPY text.

        Raises:
            Unsatisfiable: some rows can't be made to pass.

        """
        batch = Batch(self.makers, rows)
        changed = self._changed(batch, None)
        columns: list[Sequence[str]] = []
        for run in self._runs:
            if len(run.columns) > 1 and changed.keys().isdisjoint(run.columns):
                columns.append(run.texts(batch))
            else:
                columns += [texts(changed[n]) if n in changed else batch.texts(n) for n in run.columns]
        return lines(columns, len(rows))

    @cached_property
    def _runs(self) -> tuple[Run, ...]:
        return runs(self.columns, self.makers)

    def _changed(self, batch: Batch, names: Sequence[str] | None) -> Mapping[str, Values]:
        """Give the columns of which a test asked for other values than the batch's; of all, or of some columns."""
        found: dict[str, Values] = {}
        for group in self.groups:
            if names is None or not group.columns.isdisjoint(names):
                found.update(self._mended(group, batch, names or self.columns))
        return found

    def _mended(self, group: Group, batch: Batch, names: Sequence[str]) -> Mapping[str, Values]:
        tested = dict.fromkeys(name for test in group.tests for name in test.columns)
        found: dict[str, Values] = {name: batch[name] for name in tested}
        bad, broken = self._failing(group, found, range(len(batch)))
        if not bad:
            return {}
        again = [name for name in dict.fromkeys((*tested, *names)) if name in group.columns]
        found.update({name: list(batch[name]) for name in again})
        for salt in range(1, TRIES + 1):
            other = Batch(self.makers, [batch.rows[place] for place in bad], salt)
            for name in again:
                for place, value in zip(bad, other[name], strict=True):
                    found[name][place] = value  # type: ignore[index]
            bad, broken = self._failing(group, found, bad)
            if not bad:
                return {name: found[name] for name in again}
        check = (broken or group.tests[0]).check
        raise Unsatisfiable(str(self.table.name), check.name, check.definition)

    def _failing(
        self, group: Group, found: Mapping[str, Values], places: Sequence[int]
    ) -> tuple[list[int], Test | None]:
        bad: dict[int, None] = {}
        broken = None
        for number, test in enumerate(group.tests):
            whole = isinstance(places, range)
            some: dict[str, Values]
            some = {n: found[n] if whole else [found[n][place] for place in places] for n in test.columns}
            try:
                failing = _evaluated(test, some, len(places))
            except Opaque:
                group.tests[number] = replace(test, evaluate=None)
                failing = list(self._judged(test, some))
            if not bad.keys() >= {places[place] for place in failing}:
                broken = test
            bad.update(dict.fromkeys(places[place] for place in failing))
        return sorted(bad), broken

    def _judged(self, test: Test, found: Mapping[str, Values]) -> Sequence[int]:
        if self.judge is None:
            return []
        return self.judge(self.table, test.check, test.columns, [found[name] for name in test.columns])

    def values(self, column: str, rows: Sequence[int | None]) -> Values:
        """Give a column's values for rows by number, None for None."""
        return self._looked_up(column, rows, self._all, self._of, None)

    def texts(self, column: str, rows: Sequence[int | None]) -> Sequence[str]:
        """Give the same as fields of COPY text."""
        return self._looked_up(column, rows, self._all_texts, self._texts_of, NULL)

    def _looked_up(
        self,
        column: str,
        rows: Sequence[int | None],
        whole: Callable[[str], Values],
        make: Callable[[str, Sequence[int]], Values],
        null: str | None,
    ) -> Values:
        if self.size <= KEPT:
            return at(whole(column), rows, null)
        return there(rows, partial(each_once, make=partial(make, column)), null)

    def _of(self, column: str, rows: Sequence[int]) -> Values:
        return Batch(self.makers, rows)[column] if column in self.fixed else self.complete(rows, (column,))[column]

    def _all(self, column: str) -> Values:
        if column not in self._whole:
            starts = range(0, self.size, CHUNK)
            parts = [self._of(column, range(start, min(start + CHUNK, self.size))) for start in starts]
            self._whole[column] = list(chain.from_iterable(parts))
        return self._whole[column]

    def _all_texts(self, column: str) -> Sequence[str]:
        if column not in self._texts:
            starts = range(0, self.size, CHUNK)
            parts = [self._texts_of(column, range(start, min(start + CHUNK, self.size))) for start in starts]
            self._texts[column] = list(chain.from_iterable(parts))
        return self._texts[column]

    def _texts_of(self, column: str, rows: Sequence[int]) -> Sequence[str]:
        if any(column in group.columns for group in self.groups):
            return texts(self._of(column, rows))
        return Batch(self.makers, rows).texts(column)


def _evaluated(test: Test, found: Mapping[str, Values], rows: int) -> list[int]:
    if test.evaluate is None:
        raise Opaque(test.check.name)
    if len(test.columns) == 1:
        # Many rows have the same few values.
        values = found[test.columns[0]]
        try:
            several = list(set(values))
        except TypeError:
            several = []
        if 0 < len(several) * 2 < rows:
            told = test.evaluate({test.columns[0]: several}, len(several))
            bad = {value for value, verdict in zip(several, told, strict=True) if verdict is False}
            return [place for place, value in enumerate(values) if value in bad] if bad else []
    return [place for place, verdict in enumerate(test.evaluate(found, rows)) if verdict is False]


@dataclass(frozen=True)
class Standing:
    """Rows that the table holds already: the keys that others may refer to, and what is looked up beside them."""

    keys: dict[str, Sequence[Any]]
    read: Callable[[str], Sequence[Any]]
    """Gives a further column, in the same order."""
    curbed: bool = False
    """The table holds more rows than these."""
    _texts: dict[str, Sequence[str]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many there are."""
        return len(next(iter(self.keys.values()), ()))

    def provide(self, column: str) -> None:
        """Have a further column there: once rows are written, nothing can be read."""
        if column not in self.keys:
            self.keys[column] = self.read(column)

    def values(self, column: str, rows: Sequence[int | None]) -> Values:
        """Give a column's values for rows by number, None for None."""
        kept = self.keys[column]
        return there(rows, kept.some, None) if isinstance(kept, Packed) else at(kept, rows, None)

    def texts(self, column: str, rows: Sequence[int | None]) -> Sequence[str]:
        """Give the same as fields of COPY text."""
        if self.size > KEPT:
            return there(rows, partial(once_near, make=partial(self._texts_of, column)), NULL)
        if column not in self._texts:
            self._texts[column] = self._texts_of(column, range(self.size))
        return at(self._texts[column], rows, NULL)

    def _texts_of(self, column: str, rows: Sequence[int]) -> Sequence[str]:
        kept = self.keys[column]
        return kept.texts(rows) if isinstance(kept, Packed) else texts(at(kept, rows, None))
