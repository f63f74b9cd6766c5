"""Publications. What is in them are objects of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import ident, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _set_options(old: Publication, new: Publication) -> Iterable[Ddl]:
    options = [f"publish = {literal(', '.join(new.operations))}", f"publish_via_partition_root = {_word(new.via_root)}"]
    if old.generated_columns != new.generated_columns:
        options.append(f"publish_generated_columns = {'stored' if new.generated_columns else 'none'}")
    yield Ddl(f"ALTER {new.reference} SET ({', '.join(options)})")


def _word(value: bool) -> str:
    return "true" if value else "false"


@dataclass(frozen=True, slots=True)
class Publication(Object):
    """A publication; ``operations`` are the words of its option ``publish``."""

    KIND: ClassVar[str] = "publication"
    KEY: ClassVar[tuple[str, ...]] = ("name",)
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(
        ("operations", "via_root", "generated_columns"), Alter(_set_options)
    )
    SINCE: ClassVar[Mapping[str, tuple[int, object]]] = {"generated_columns": (18, False)}
    CONTAINS: ClassVar[bool] = True
    OWNED: ClassVar[bool] = True

    name: str
    all_tables: bool
    operations: tuple[str, ...]
    via_root: bool
    generated_columns: bool

    @property
    def reference(self) -> str:
        return f"PUBLICATION {ident(self.name)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        options = [f"publish = {literal(', '.join(self.operations))}"]
        if self.via_root:
            options.append("publish_via_partition_root = true")
        if self.generated_columns:
            options.append("publish_generated_columns = stored")
        tables = " FOR ALL TABLES" if self.all_tables else ""
        yield Ddl(f"CREATE {self.reference}{tables} WITH ({', '.join(options)})")
