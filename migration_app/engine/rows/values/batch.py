"""Rows in the making: columns made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from migration_app.engine.rows.encoding import texts

Values = Sequence[Any]
Maker = Callable[["Batch"], Values]
"""Makes a column's values. One that knows more has it as attributes: see ``makers``."""


class Parent(Protocol):
    """Rows that others refer to."""

    @property
    def size(self) -> int:
        """How many there are."""

    def values(self, column: str, rows: Sequence[int | None]) -> Values:
        """Give a column's values for rows by number, None for None."""

    def texts(self, column: str, rows: Sequence[int | None]) -> Sequence[str]:
        """Give the same as fields of COPY text."""


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

    def texts(self, name: str) -> Sequence[str]:
        """Give a column as fields of COPY text, by the short way where its maker has one."""
        make = getattr(self._makers[name], "texts", None)
        return texts(self[name]) if make is None or name in self._columns else make(self)
