"""Base types, and shells of types that nobody has filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import literal, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_ALIGNMENT = {"c": "char", "s": "int2", "i": "int4", "d": "double"}
_STORAGE = {"p": "plain", "e": "external", "m": "main", "x": "extended"}
_SETTINGS = {
    "receive": "RECEIVE",
    "send": "SEND",
    "modifier_input": "TYPMOD_IN",
    "modifier_output": "TYPMOD_OUT",
    "analyze": "ANALYZE",
    "subscript": "SUBSCRIPT",
}


def _set(old: BaseType, new: BaseType) -> Iterable[Ddl] | None:
    if not new.defined or not old.defined:
        return None
    settings = []
    if old.storage != new.storage:
        # A type that may be stored out of line can't be brought back (PostgreSQL 18, ALTER TYPE).
        if "p" in (old.storage, new.storage):
            return None
        settings.append(f"STORAGE = {_STORAGE[new.storage]}")
    settings += [
        f"{word} = {getattr(new, name) or 'NONE'}"
        for name, word in _SETTINGS.items()
        if getattr(old, name) != getattr(new, name)
    ]
    return [Ddl(f"ALTER {new.reference} SET ({', '.join(settings)})")]


@dataclass(frozen=True, slots=True)
class BaseType(Object):
    """A base type; functions and the element are SQL text, the letters are pg_type's.

    Where it isn't ``defined`` it is a shell: a name and nothing else.
    """

    KIND: ClassVar[str] = "base_type"
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys((*_SETTINGS, "storage"), Alter(_set))
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "TYPE"

    schema: str
    name: str
    defined: bool
    input: str | None
    output: str | None
    receive: str | None
    send: str | None
    modifier_input: str | None
    modifier_output: str | None
    analyze: str | None
    subscript: str | None
    length: int
    by_value: bool
    alignment: str
    storage: str
    category: str
    preferred: bool
    default: str | None
    element: str | None
    delimiter: str
    collatable: bool

    @property
    def reference(self) -> str:
        return f"TYPE {qualified(self.schema, self.name)}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("type", self.schema, self.name),)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        if not self.defined:
            yield Ddl(f"CREATE {self.reference}")
            return
        options = ",\n    ".join(self._options())
        yield Ddl(f"CREATE {self.reference} (\n    {options}\n)")

    def shell(self) -> Iterable[Ddl]:
        # The input and output functions take and return the type that they are options of.
        if self.defined:
            yield Ddl(f"CREATE {self.reference}")

    def uproot(self) -> Iterable[Ddl]:
        yield Ddl(f"DROP {self.reference} CASCADE")

    def _options(self) -> Iterator[str]:
        yield f"INPUT = {self.input}"
        yield f"OUTPUT = {self.output}"
        for name, word in _SETTINGS.items():
            function = getattr(self, name)
            if function is not None:
                yield f"{word} = {function}"
        yield f"INTERNALLENGTH = {'VARIABLE' if self.length < 0 else self.length}"
        if self.by_value:
            yield "PASSEDBYVALUE"
        yield f"ALIGNMENT = {_ALIGNMENT[self.alignment]}"
        yield f"STORAGE = {_STORAGE[self.storage]}"
        if self.category != "U":
            yield f"CATEGORY = {literal(self.category)}"
        if self.preferred:
            yield "PREFERRED = true"
        if self.default is not None:
            yield f"DEFAULT = {literal(self.default)}"
        if self.element is not None:
            yield f"ELEMENT = {self.element}"
        if self.delimiter != ",":
            yield f"DELIMITER = {literal(self.delimiter)}"
        if self.collatable:
            yield "COLLATABLE = true"
