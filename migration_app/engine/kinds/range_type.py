"""Range types, each with its multirange type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Ddl, Object
from migration_app.engine.sql import qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class RangeType(Object):
    """A range type; everything but its own name is SQL text."""

    KIND: ClassVar[str] = "range_type"
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "TYPE"

    schema: str
    name: str
    subtype: str
    subtype_opclass: str | None
    collation: str | None
    canonical: str | None
    subtype_diff: str | None
    multirange: str

    @property
    def reference(self) -> str:
        return f"TYPE {qualified(self.schema, self.name)}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("type", self.schema, self.name),)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        options = ",\n    ".join(self._options())
        yield Ddl(f"CREATE {self.reference} AS RANGE (\n    {options}\n)")

    def shell(self) -> Iterable[Ddl]:
        # A canonical function takes the range type that it is an option of.
        if self.canonical is not None:
            yield Ddl(f"CREATE {self.reference}")

    def uproot(self) -> Iterable[Ddl]:
        yield Ddl(f"DROP {self.reference} CASCADE")

    def _options(self) -> Iterator[str]:
        yield f"subtype = {self.subtype}"
        if self.subtype_opclass is not None:
            yield f"subtype_opclass = {self.subtype_opclass}"
        if self.collation is not None:
            yield f"collation = {self.collation}"
        if self.canonical is not None:
            yield f"canonical = {self.canonical}"
        if self.subtype_diff is not None:
            yield f"subtype_diff = {self.subtype_diff}"
        yield f"multirange_type_name = {self.multirange}"
