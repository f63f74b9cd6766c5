"""Roles, as far as owners, grants and policies name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Ddl, Object
from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PUBLIC = "public"
"""The name that stands for every role in grants and policies; no role can bear it."""


def role_addresses(*names: str) -> tuple[Address, ...]:
    """Give the addresses of the roles named, PUBLIC left out."""
    return tuple(Address(Role.KIND, (name,)) for name in names if name != PUBLIC)


def role_sql(name: str) -> str:
    """Give a role's name as GRANT and CREATE POLICY take it."""
    return "PUBLIC" if name == PUBLIC else ident(name)


@dataclass(frozen=True, slots=True)
class Role(Object):
    """A role of the cluster. A missing one is created without login, password or membership."""

    KIND: ClassVar[str] = "role"
    KEY: ClassVar[tuple[str, ...]] = ("name",)
    SHARED: ClassVar[bool] = True

    name: str
    superuser: bool

    @property
    def reference(self) -> str:
        return f"ROLE {ident(self.name)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"CREATE ROLE {ident(self.name)} NOLOGIN")
