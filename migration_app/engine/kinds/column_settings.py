"""What columns that aren't objects of their own were told: those of materialized views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Fact
from migration_app.engine.sql import ident

from .options import change_options, compression_sql, storage_sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Object


def _set_storage(_old: object, new: ColumnSettings) -> Iterable[Ddl]:
    # SET STORAGE DEFAULT came with PostgreSQL 16.
    yield new.alter(storage_sql(new.storage or new.type_storage))


def _set_compression(_old: object, new: ColumnSettings) -> Iterable[Ddl]:
    yield new.alter(compression_sql(new.compression))


def _set_statistics(_old: object, new: ColumnSettings) -> Iterable[Ddl]:
    yield new.alter(f"SET STATISTICS {-1 if new.statistics is None else new.statistics}")


def _set_options(old: ColumnSettings, new: ColumnSettings) -> Iterable[Ddl]:
    for action in change_options(old.options, new.options):
        yield new.alter(action)


@dataclass(frozen=True, slots=True)
class ColumnSettings(Fact):
    """Storage, compression, statistics target and options of one column; None and empty where nothing was said."""

    KIND: ClassVar[str] = "column_settings"
    ALTERS: ClassVar[Mapping[str, Alter]] = {
        "storage": Alter(_set_storage),
        "compression": Alter(_set_compression),
        "statistics": Alter(_set_statistics),
        "options": Alter(_set_options),
    }

    column: str
    storage: str | None
    compression: str | None
    statistics: int | None
    options: tuple[str, ...]
    type_storage: str = field(compare=False)

    @property
    def path(self) -> tuple[str, ...]:
        return (self.column,)

    @property
    def unset(self) -> ColumnSettings:
        """The column as its type brings it."""
        return ColumnSettings(self.of, self.target, self.column, None, None, None, (), self.type_storage)

    def alter(self, action: str) -> Ddl:
        """Give ALTER … ALTER COLUMN … with one action."""
        return Ddl(f"ALTER {self.target} ALTER COLUMN {ident(self.column)} {action}")

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        return self._lead(self.unset, self)

    def drop(self) -> Iterable[Ddl]:
        return self._lead(self, self.unset)

    @classmethod
    def _lead(cls, old: ColumnSettings, new: ColumnSettings) -> Iterable[Ddl]:
        for name, alter in cls.ALTERS.items():
            if getattr(old, name) != getattr(new, name):
                yield from alter.make(old, new) or ()
