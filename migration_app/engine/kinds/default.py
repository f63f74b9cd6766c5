"""Column defaults: apart from their columns, because a default may call what needs the table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Alter, Ddl, Object
from migration_app.engine.sql import ident, qualified

from .column import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Making


def _set(_old: Default | None, new: Default) -> Iterable[Ddl]:
    yield Ddl(f"{new.alter_column} SET DEFAULT {new.expression}")


@dataclass(frozen=True, slots=True)
class Default(Object):
    """The default expression of a table's or a view's column.

    It is set again when the column changes its type: PostgreSQL would wrap it into a cast, or find none.
    """

    KIND: ClassVar[str] = "default"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "table", "column")
    ALTERS: ClassVar[Mapping[str, Alter]] = {"expression": Alter(_set)}
    REMADE: ClassVar[bool] = True

    schema: str
    table: str
    column: str
    expression: str
    comes_with_parent: bool = field(compare=False)

    @property
    def alter_column(self) -> str:
        """The words that every change of the default begins with."""
        return f"ALTER TABLE ONLY {qualified(self.schema, self.table)} ALTER COLUMN {ident(self.column)}"

    @property
    def folds_into(self) -> Address | None:
        # A column that comes with a parent's isn't written in its own table's CREATE.
        return None if self.comes_with_parent else Address(Column.KIND, self.path)

    def inline(self, parts: Sequence[Object]) -> str:
        del parts
        return f"DEFAULT {self.expression}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        return _set(None, self)

    def settled_by_others(self, making: Making) -> bool:
        # A column that comes with its parents' has their default from the beginning.
        column = making.creates.get(Address(Column.KIND, self.path))
        if column is None or not self.comes_with_parent or self.address not in making.creates:
            return False
        return all(self._given_by(Address(self.KIND, parent.path), making) for parent in column.needs)

    def _given_by(self, address: Address, making: Making) -> bool:
        given = making.desired.objects.get(address)
        if not isinstance(given, Default) or given.expression != self.expression:
            return False
        unchanged = address not in making.creates and address not in making.alters
        return unchanged or making.inline(address) or given.settled_by_others(making)

    def drop(self) -> Iterable[Ddl]:
        yield Ddl(f"{self.alter_column} DROP DEFAULT")
