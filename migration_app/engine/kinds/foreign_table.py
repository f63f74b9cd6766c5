"""Foreign tables. Their columns, constraints, defaults and triggers are the same kinds as those of tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import ident, qualified

from .foreign_options import change_options_sql, may_hold_secret, options_sql
from .table import body_sql, set_parents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _set_options(old: ForeignTable, new: ForeignTable) -> Iterable[Ddl]:
    yield Ddl(
        f"ALTER {new.reference}{change_options_sql(old.options, new.options)}",
        secret=may_hold_secret(old.options, new.options),
    )


@dataclass(frozen=True, slots=True)
class ForeignTable(Object):
    """A foreign table without its columns; ``inherits`` are qualified names, None for a partition."""

    KIND: ClassVar[str] = "foreign_table"
    ALTERS: ClassVar[Mapping[str, Alter]] = {
        "options": Alter(_set_options),
        "inherits": Alter(set_parents),
    }
    SECRETS: ClassVar[frozenset[str]] = frozenset({"options"})
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "TABLE"

    schema: str
    name: str
    server: str
    options: tuple[str, ...]
    inherits: tuple[str, ...] | None

    @property
    def reference(self) -> str:
        return f"FOREIGN TABLE {qualified(self.schema, self.name)}"

    @property
    def grant_reference(self) -> str:
        return f"TABLE {qualified(self.schema, self.name)}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("relation", self.schema, self.name), ("type", self.schema, self.name))

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        parents = f" INHERITS ({', '.join(self.inherits)})" if self.inherits else ""
        yield Ddl(
            f"CREATE {self.reference} {body_sql(self, parts)}{parents} SERVER {ident(self.server)}"
            f"{options_sql(self.options)}",
            secret=may_hold_secret(self.options),
        )
