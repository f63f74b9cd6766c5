"""Views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Hazard, Object
from migration_app.engine.sql import qualified

from .options import change_options, with_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _redefine(old: View, new: View) -> Iterable[Ddl] | None:
    # CREATE OR REPLACE may only add columns at the end (PostgreSQL 18, CREATE VIEW).
    if new.columns[: len(old.columns)] != old.columns:
        return None
    return [Ddl(f"CREATE OR REPLACE {new.create_words}", (Hazard.LOCKS_READS,))]


def _set_options(old: View, new: View) -> Iterable[Ddl]:
    for action in change_options(old.options, new.written_options):
        yield Ddl(f"ALTER {new.reference} {action}")


@dataclass(frozen=True, slots=True)
class View(Object):
    """A view; ``definition`` is pg_get_viewdef() without the semicolon, ``columns`` are as in a column definition."""

    KIND: ClassVar[str] = "view"
    ALTERS: ClassVar[Mapping[str, Alter]] = {
        "definition": Alter(_redefine),
        "columns": Alter(_redefine),
        "options": Alter(_set_options),
    }
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "TABLE"

    schema: str
    name: str
    definition: str
    options: tuple[str, ...]
    columns: tuple[str, ...]
    written_options: tuple[str, ...] = field(compare=False)

    @property
    def reference(self) -> str:
        return f"VIEW {qualified(self.schema, self.name)}"

    @property
    def grant_reference(self) -> str:
        return f"TABLE {qualified(self.schema, self.name)}"

    @property
    def create_words(self) -> str:
        """CREATE VIEW without its first word."""
        return f"{self.reference}{with_options(self.written_options)} AS\n{self.definition}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("relation", self.schema, self.name), ("type", self.schema, self.name))

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"CREATE {self.create_words}")

    def shell(self) -> Iterable[Ddl]:
        # Nothing but the columns, for a function that the view itself calls.
        record = f" pg_catalog.json_to_record(NULL) AS r({', '.join(self.columns)})"
        yield Ddl(f"CREATE {self.reference} AS SELECT" + (f" r.* FROM{record}" if self.columns else ""))

    def fill(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"CREATE OR REPLACE {self.create_words}")

    def uproot(self) -> Iterable[Ddl]:
        yield Ddl(f"DROP {self.reference} CASCADE")
