"""Row-level security policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Alter, Ddl, Hazard, Object
from migration_app.engine.sql import ident, qualified

from .role import role_addresses, role_sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


_WIDENS = (Hazard.WIDENS_PRIVILEGES,)


def _alter(old: Policy, new: Policy) -> Iterable[Ddl] | None:
    # ALTER POLICY can change an expression but not take one away.
    if (old.using and not new.using) or (old.check and not new.check):
        return None
    return [Ddl(f"ALTER {new.reference} TO {new.roles_sql}{new.expressions}", _WIDENS)]


@dataclass(frozen=True, slots=True)
class Policy(Object):
    """A policy of a table; ``roles`` holds ``public`` for every role."""

    KIND: ClassVar[str] = "policy"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "table", "name")
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(("roles", "using", "check"), Alter(_alter))
    USERS_ON_PLATFORM: ClassVar[bool] = True

    schema: str
    table: str
    name: str
    permissive: bool
    command: str
    roles: tuple[str, ...]
    using: str | None
    check: str | None

    @property
    def reference(self) -> str:
        return f"POLICY {ident(self.name)} ON {qualified(self.schema, self.table)}"

    @property
    def needs(self) -> tuple[Address, ...]:
        return role_addresses(*self.roles)

    @property
    def roles_sql(self) -> str:
        """The roles as CREATE POLICY … TO takes them."""
        return ", ".join(map(role_sql, self.roles))

    @property
    def expressions(self) -> str:
        """USING and WITH CHECK, each with a space before it."""
        using = f" USING ({self.using})" if self.using else ""
        return using + (f" WITH CHECK ({self.check})" if self.check else "")

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        restrictive = "" if self.permissive else " AS RESTRICTIVE"
        words = f"CREATE {self.reference}{restrictive} FOR {self.command} TO {self.roles_sql}{self.expressions}"
        yield Ddl(words, _WIDENS if self.permissive else ())

    def drop(self) -> Iterable[Ddl]:
        # What a restrictive policy kept back is seen by those whom another lets in.
        yield Ddl(f"DROP {self.reference}", () if self.permissive else _WIDENS)
