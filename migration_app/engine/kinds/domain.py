"""Domains; their checks are objects of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Hazard, Object
from migration_app.engine.sql import qualified

from .retiring import out_of_the_way

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _set_default(_old: Domain, new: Domain) -> Iterable[Ddl]:
    action = "DROP DEFAULT" if new.default is None else f"SET DEFAULT {new.default}"
    yield Ddl(f"ALTER {new.reference} {action}")


def _set_not_null(_old: Domain, new: Domain) -> Iterable[Ddl]:
    if new.not_null:
        yield Ddl(f"ALTER {new.reference} SET NOT NULL", (Hazard.MAY_FAIL, Hazard.SCANS_TABLE))
    else:
        yield Ddl(f"ALTER {new.reference} DROP NOT NULL")


@dataclass(frozen=True, slots=True)
class Domain(Object):
    """A domain over a base type."""

    KIND: ClassVar[str] = "domain"
    ALTERS: ClassVar[Mapping[str, Alter]] = {
        "default": Alter(_set_default),
        "not_null": Alter(_set_not_null),
    }
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "DOMAIN"

    schema: str
    name: str
    type: str
    collation: str | None
    default: str | None
    not_null: bool

    @property
    def reference(self) -> str:
        return f"DOMAIN {qualified(self.schema, self.name)}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("type", self.schema, self.name),)

    def retire(self) -> tuple[Object, Ddl]:
        return out_of_the_way(self)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        words = [f"CREATE {self.reference} AS {self.type}"]
        if self.collation:
            words.append(f"COLLATE {self.collation}")
        if self.not_null:
            words.append("NOT NULL")
        if self.default is not None:
            words.append(f"DEFAULT {self.default}")
        words += [part.inline(()) for part in parts]
        yield Ddl(" ".join(words))
