"""How a type, or a table, makes room for its successor while rows are still in it or made of it."""

from __future__ import annotations

import dataclasses
from typing import Final, Protocol, TypeVar

from migration_app.engine.model import Ddl
from migration_app.engine.sql import ident

_SUFFIX: Final = "__replaced"
_NAME_BYTES: Final = 63


class _Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def reference(self) -> str: ...


N = TypeVar("N", bound=_Named)


def meanwhile(name: str) -> str:
    """Give the name that a retired object bears."""
    return name.encode()[: _NAME_BYTES - len(_SUFFIX)].decode(errors="ignore") + _SUFFIX


def out_of_the_way(obj: N) -> tuple[N, Ddl]:
    """Give the object under another name in its schema, and what renames it. The type's array follows it."""
    renamed = dataclasses.replace(obj, name=meanwhile(obj.name))  # type: ignore[type-var]
    return renamed, Ddl(f"ALTER {obj.reference} RENAME TO {ident(renamed.name)}")
