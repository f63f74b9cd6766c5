"""Which rows are copied where some stay behind, so that every foreign key holds.

A row goes only with the rows that it can't do without. A reference that may be null becomes null where what it refers
to stays behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app.engine.rows.shape import is_required
from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migration_app.engine.rows.shape import ForeignKey, Name, Shape


class Circle(ValueError):
    """Tables need one another's rows in a circle, so that no condition says which rows go."""

    def __init__(self, names: tuple[Name, ...]) -> None:
        super().__init__(", ".join(name.short for name in names))
        self.names = names


class Inclusion:
    """The rows that go, by conditions on some tables and with all rows of others left behind."""

    def __init__(self, shape: Shape, wheres: Mapping[Name, str], behind: frozenset[Name]) -> None:
        self.shape, self.wheres, self.behind = shape, wheres, behind
        self.narrowed = self._narrowed()

    def condition(self, name: Name) -> str | None:
        """Give the condition on a table's rows; None where all go. Raises Circle."""
        return self._condition(name, ())

    def nulled(self, name: Name) -> Mapping[str, str]:
        """Give the columns whose value goes only under a condition: what they refer to goes, too. Raises Circle."""
        found: dict[str, str] = {}
        table = self.shape.tables[name]
        for key in table.foreign_keys:
            if key.target in self.narrowed and not is_required(self.shape, name, key):
                there = self._there(name, key, (name,))
                for column in key.columns:
                    if not table.by_name[column].not_null:
                        found[column] = f"{found[column]} and {there}" if column in found else there
        return found

    def _narrowed(self) -> frozenset[Name]:
        found = set(self.wheres) | self.behind
        grown = True
        while grown:
            more = {
                name
                for name, table in self.shape.tables.items()
                if name not in found
                and any(key.target in found and is_required(self.shape, name, key) for key in table.foreign_keys)
            }
            found |= more
            grown = bool(more)
        return frozenset(found)

    def _condition(self, name: Name, path: tuple[Name, ...]) -> str | None:
        if name in path:
            raise Circle((*path[path.index(name) :], name))
        if name in self.behind:
            return "false"
        parts = [f"({self.wheres[name]})"] if name in self.wheres else []
        parts += [
            self._there(name, key, (*path, name))
            for key in self.shape.tables[name].foreign_keys
            if key.target in self.narrowed and is_required(self.shape, name, key)
        ]
        return " and ".join(parts) or None

    def _there(self, name: Name, key: ForeignKey, path: tuple[Name, ...]) -> str:
        """Give the condition that what the key refers to goes."""
        if key.target in self.behind:
            return "false"
        # A nullable reference into its own table asks about another row, so the path begins anew.
        nullable = not is_required(self.shape, name, key)
        inner = self._condition(key.target, () if nullable else path)
        only = "" if self.shape.tables[key.target].partitioned else "only "
        pairs = zip(key.target_columns, key.columns, strict=True)
        same = " and ".join(f"n.{ident(far)} = {ident(name.table)}.{ident(near)}" for far, near in pairs)
        # In a subselect of its own, so that a condition's names mean the table's columns and nothing else.
        where = f" where {inner}" if inner else ""
        return f"exists (select from (select * from {only}{key.target}{where}) as n where {same})"
