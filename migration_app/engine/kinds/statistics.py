"""Extended statistics: what the planner knows of several columns together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object, Severity
from migration_app.engine.sql import qualified

from .column import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _set_target(_old: object, new: Statistics) -> Iterable[Ddl]:
    yield Ddl(f"ALTER {new.reference} SET STATISTICS {-1 if new.target is None else new.target}")


@dataclass(frozen=True, slots=True)
class Statistics(Object):
    """Statistics; ``definition`` is pg_get_statisticsobjdef(), ``target`` None for the default.

    ``kinds`` are pg_statistic_ext.stxkind, sorted, and ``columns`` are names, sorted.
    """

    KIND: ClassVar[str] = "statistics"
    ALTERS: ClassVar[Mapping[str, Alter]] = {"target": Alter(_set_target)}
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    FOLLOWS: ClassVar[frozenset[str]] = frozenset({Column.KIND})
    OWNED: ClassVar[bool] = True

    schema: str
    name: str
    relation: str
    kinds: tuple[str, ...]
    columns: tuple[str, ...]
    expressions: tuple[str, ...]
    definition: str = field(compare=False)
    target: int | None

    @property
    def reference(self) -> str:
        return f"STATISTICS {qualified(self.schema, self.name)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(self.definition)
        if self.target is not None:
            yield from _set_target(None, self)
