"""The index that a table is clustered on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Fact, Severity
from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Object


def _cluster(_old: object, new: Clustering) -> Iterable[Ddl]:
    yield Ddl(f"ALTER {new.target} CLUSTER ON {ident(new.index)}")


@dataclass(frozen=True, slots=True)
class Clustering(Fact):
    """``CLUSTER ON``: the order that a bare CLUSTER rewrites the table in."""

    KIND: ClassVar[str] = "clustering"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    ALTERS: ClassVar[Mapping[str, Alter]] = {"index": Alter(_cluster)}

    index: str

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        return _cluster(None, self)

    def drop(self) -> Iterable[Ddl]:
        yield Ddl(f"ALTER {self.target} SET WITHOUT CLUSTER")
