"""Foreign servers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import ident, literal

from .foreign_options import change_options_sql, may_hold_secret, options_sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _alter(old: Server, new: Server) -> Iterable[Ddl]:
    words = f"ALTER {new.reference}"
    if old.version != new.version:
        words += f" VERSION {'NULL' if new.version is None else literal(new.version)}"
    words += change_options_sql(old.options, new.options)
    yield Ddl(words, secret=may_hold_secret(old.options, new.options))


@dataclass(frozen=True, slots=True)
class Server(Object):
    """A foreign server of the wrapper named; its options are sorted."""

    KIND: ClassVar[str] = "server"
    KEY: ClassVar[tuple[str, ...]] = ("name",)
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(("version", "options"), Alter(_alter))
    SECRETS: ClassVar[frozenset[str]] = frozenset({"options"})
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "FOREIGN SERVER"

    name: str
    wrapper: str
    type: str | None
    version: str | None
    options: tuple[str, ...]

    @property
    def reference(self) -> str:
        return f"SERVER {ident(self.name)}"

    @property
    def grant_reference(self) -> str:
        return f"FOREIGN SERVER {ident(self.name)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        words = f"CREATE {self.reference}"
        if self.type is not None:
            words += f" TYPE {literal(self.type)}"
        if self.version is not None:
            words += f" VERSION {literal(self.version)}"
        words += f" FOREIGN DATA WRAPPER {ident(self.wrapper)}{options_sql(self.options)}"
        yield Ddl(words, secret=may_hold_secret(self.options))
