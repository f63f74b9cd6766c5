"""Domains; their checks are objects of their own."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Alter, Ddl, Hazard, Object
from migration_app.engine.sql import ident, qualified

from .nesting import held_inside
from .retiring import out_of_the_way

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Snapshot


def _set_default(_old: Domain, new: Domain) -> Iterable[Ddl]:
    action = "DROP DEFAULT" if new.default is None else f"SET DEFAULT {new.default}"
    yield Ddl(f"ALTER {new.reference} {action}")


def _set_not_null(old: Domain, new: Domain) -> Iterable[Ddl]:
    if not new.not_null:
        yield Ddl(f"ALTER {new.reference} DROP NOT NULL")
    elif not old.not_null:
        action = f"ADD {new.not_null_sql}" if new.not_null_name else "SET NOT NULL"
        yield Ddl(f"ALTER {new.reference} {action}", (Hazard.MAY_FAIL, Hazard.SCANS_TABLE))
    else:
        was, shall = ident(old.not_null_constraint), ident(new.not_null_constraint)
        yield Ddl(f"ALTER {new.reference} RENAME CONSTRAINT {was} TO {shall}")


@dataclass(frozen=True, slots=True)
class Domain(Object):
    """A domain over a base type."""

    KIND: ClassVar[str] = "domain"
    ALTERS: ClassVar[Mapping[str, Alter]] = {
        "default": Alter(_set_default),
        "not_null": Alter(_set_not_null),
        "not_null_name": Alter(_set_not_null),
    }
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "DOMAIN"
    SINCE: ClassVar[Mapping[str, tuple[int, object]]] = {"not_null_name": (17, None)}
    NAMES_SINCE: ClassVar[frozenset[str]] = frozenset({"not_null_name"})

    schema: str
    name: str
    type: str
    collation: str | None
    default: str | None
    not_null: bool
    not_null_name: str | None

    @property
    def reference(self) -> str:
        return f"DOMAIN {qualified(self.schema, self.name)}"

    @property
    def not_null_constraint(self) -> str:
        """The name of the NOT NULL constraint (PostgreSQL 17)."""
        return self.not_null_name or f"{self.name}_not_null"

    @property
    def not_null_sql(self) -> str:
        """NOT NULL, with its constraint's name where that isn't the usual one."""
        return f"CONSTRAINT {ident(self.not_null_name)} NOT NULL" if self.not_null_name else "NOT NULL"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("type", self.schema, self.name),)

    def replaced_for(self, old: Object | None, current: Snapshot, desired: Snapshot) -> Address | None:
        del desired
        stricter = isinstance(old, Domain) and self.not_null and not old.not_null
        return self.address if stricter and held_inside(self.address, current) else None

    def retire(self) -> tuple[Object, Ddl]:
        return out_of_the_way(self)

    def beside_predecessor(self) -> Domain:
        # The server chooses another name than the usual while a constraint in the schema has that.
        return dataclasses.replace(self, not_null_name=self.not_null_constraint)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        words = [f"CREATE {self.reference} AS {self.type}"]
        if self.collation:
            words.append(f"COLLATE {self.collation}")
        if self.not_null:
            words.append(self.not_null_sql)
        if self.default is not None:
            words.append(f"DEFAULT {self.default}")
        words += [part.inline(()) for part in parts]
        yield Ddl(" ".join(words))
