"""Functions, procedures and window functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _redefine(old: Routine, new: Routine) -> Iterable[Ddl] | None:
    # CREATE OR REPLACE keeps the type of the result and the names of the arguments.
    if (old.type, old.signature, old.result) != (new.type, new.signature, new.result):
        return None
    return new.fill(())


@dataclass(frozen=True, slots=True)
class Routine(Object):
    """A routine; ``arguments`` are the input types in parentheses, ``definition`` is pg_get_functiondef().

    A ``standard_body`` (BEGIN ATOMIC, RETURN) is parsed when it is created: what it names must be there by then, itself
    included where it is ``recursive``.
    """

    KIND: ClassVar[str] = "routine"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "name", "arguments")
    ALTERS: ClassVar[Mapping[str, Alter]] = {"definition": Alter(_redefine)}
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "FUNCTION"

    schema: str
    name: str
    arguments: str
    type: str
    signature: str
    result: str | None
    definition: str
    window: bool
    standard_body: bool = field(compare=False)
    recursive: bool = field(compare=False)

    @property
    def reference(self) -> str:
        return f"{self.type} {qualified(self.schema, self.name)}{self.arguments}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("routine", self.schema, self.name, self.arguments),)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        if self.recursive:
            yield from self.shell()
        yield from self.fill(parts)

    def shell(self) -> Iterable[Ddl]:
        # The name and the types, with a body that nobody looks at until it is called.
        if self.standard_body:
            result = f" RETURNS {self.result}" if self.result else ""
            name = f"{self.type} {qualified(self.schema, self.name)}({self.signature})"
            yield Ddl(f"CREATE {name}{result} LANGUAGE sql AS ''")

    def fill(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(self.definition.rstrip())

    def uproot(self) -> Iterable[Ddl]:
        if self.standard_body:
            yield Ddl(f"DROP {self.reference} CASCADE")
