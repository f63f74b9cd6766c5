"""Where tables, indexes and materialized views lie that don't lie where the database does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migration_app.engine.model import Ddl, Object


@dataclass(frozen=True, slots=True)
class Tablespace(Fact):
    """The tablespace of an object; in a copy the object lies where that database does."""

    KIND: ClassVar[str] = "tablespace"
    KEY: ClassVar[tuple[str, ...]] = ("tablespace",)
    SHARED: ClassVar[bool] = True
    NOT_CARRIED: ClassVar[str] = "a tablespace is a directory of one machine: a copy uses its database's own"

    tablespace: str

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        return ()

    def drop(self) -> Iterable[Ddl]:
        return ()
