"""User mappings: with which user and password a role goes to a foreign server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Alter, Ddl, Object
from migration_app.engine.sql import ident

from .foreign_options import change_options_sql, options_sql
from .role import role_addresses, role_sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _set_options(old: UserMapping, new: UserMapping) -> Iterable[Ddl]:
    yield Ddl(f"ALTER {new.reference}{change_options_sql(old.options, new.options)}", secret=True)


@dataclass(frozen=True, slots=True)
class UserMapping(Object):
    """A mapping; ``role`` is ``public`` for every role. Its options are sorted and may hold a password."""

    KIND: ClassVar[str] = "user_mapping"
    KEY: ClassVar[tuple[str, ...]] = ("server", "role")
    ALTERS: ClassVar[Mapping[str, Alter]] = {"options": Alter(_set_options)}
    SECRETS: ClassVar[frozenset[str]] = frozenset({"options"})

    server: str
    role: str
    options: tuple[str, ...]

    @property
    def reference(self) -> str:
        return f"USER MAPPING FOR {role_sql(self.role)} SERVER {ident(self.server)}"

    @property
    def needs(self) -> tuple[Address, ...]:
        return role_addresses(self.role)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"CREATE {self.reference}{options_sql(self.options)}", secret=bool(self.options))
