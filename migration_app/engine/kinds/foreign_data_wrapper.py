"""Foreign-data wrappers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import ident

from .foreign_options import change_options_sql, may_hold_secret, options_sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _alter(old: ForeignDataWrapper, new: ForeignDataWrapper) -> Iterable[Ddl]:
    words = f"ALTER {new.reference}"
    if old.handler != new.handler:
        words += f" HANDLER {new.handler}" if new.handler else " NO HANDLER"
    if old.validator != new.validator:
        words += f" VALIDATOR {new.validator}" if new.validator else " NO VALIDATOR"
    words += change_options_sql(old.options, new.options)
    yield Ddl(words, secret=may_hold_secret(old.options, new.options))


@dataclass(frozen=True, slots=True)
class ForeignDataWrapper(Object):
    """A wrapper; its functions are named as regproc prints them, its options are sorted."""

    KIND: ClassVar[str] = "foreign_data_wrapper"
    KEY: ClassVar[tuple[str, ...]] = ("name",)
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(("handler", "validator", "options"), Alter(_alter))
    SECRETS: ClassVar[frozenset[str]] = frozenset({"options"})
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "FOREIGN DATA WRAPPER"

    name: str
    handler: str | None
    validator: str | None
    options: tuple[str, ...]

    @property
    def reference(self) -> str:
        return f"FOREIGN DATA WRAPPER {ident(self.name)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        words = f"CREATE {self.reference}"
        if self.handler:
            words += f" HANDLER {self.handler}"
        if self.validator:
            words += f" VALIDATOR {self.validator}"
        yield Ddl(words + options_sql(self.options), secret=may_hold_secret(self.options))
