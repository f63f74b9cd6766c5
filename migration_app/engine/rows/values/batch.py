"""Rows in the making: columns made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

Values = Sequence[Any]
Maker = Callable[["Batch"], Values]


class Parent(Protocol):
    """Rows that others refer to."""

    @property
    def size(self) -> int:
        """How many there are."""

    def values(self, column: str, rows: Sequence[int | None]) -> Values:
        """Give a column's values for rows by number, None for None."""


class Batch:
    """Some rows of a table; ``salt`` above 0 makes other values of what may vary."""

    __slots__ = ("_columns", "_makers", "rows", "salt")

    def __init__(self, makers: Mapping[str, Maker], rows: Sequence[int], salt: int = 0) -> None:
        self._makers = makers
        self._columns: dict[str, Values] = {}
        self.rows = rows
        self.salt = salt

    def __getitem__(self, name: str) -> Values:
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = self._makers[name](self)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __len__(self) -> int:
        return len(self.rows)
