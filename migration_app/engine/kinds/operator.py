"""Operators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import operator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


def _set_estimators(old: Operator, new: Operator) -> Iterable[Ddl]:
    settings = []
    if old.restrict != new.restrict:
        settings.append(f"RESTRICT = {new.restrict or 'NONE'}")
    if old.join != new.join:
        settings.append(f"JOIN = {new.join or 'NONE'}")
    yield Ddl(f"ALTER {new.reference} SET ({', '.join(settings)})")


@dataclass(frozen=True, slots=True)
class Operator(Object):
    """An operator; functions, types and other operators are qualified SQL text, ``left`` is None for a prefix operator.

    A commutator or negator that isn't there yet comes into being as a promise, which its own CREATE OPERATOR fulfils;
    so neither is a requirement, and PostgreSQL keeps both ends of the link in step by itself.
    """

    KIND: ClassVar[str] = "operator"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "name", "arguments")
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(("restrict", "join"), Alter(_set_estimators))
    OWNED: ClassVar[bool] = True

    schema: str
    name: str
    arguments: str
    left: str | None
    right: str
    result: str
    function: str
    commutator: str | None
    negator: str | None
    restrict: str | None
    join: str | None
    hashes: bool
    merges: bool

    @property
    def reference(self) -> str:
        return f"OPERATOR {operator(self.schema, self.name)} {self.arguments}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        options = ",\n    ".join(self._options())
        yield Ddl(f"CREATE OPERATOR {operator(self.schema, self.name)} (\n    {options}\n)")

    def _options(self) -> Iterator[str]:
        yield f"FUNCTION = {self.function}"
        if self.left is not None:
            yield f"LEFTARG = {self.left}"
        yield f"RIGHTARG = {self.right}"
        if self.commutator is not None:
            yield f"COMMUTATOR = OPERATOR({self.commutator})"
        if self.negator is not None:
            yield f"NEGATOR = OPERATOR({self.negator})"
        if self.restrict is not None:
            yield f"RESTRICT = {self.restrict}"
        if self.join is not None:
            yield f"JOIN = {self.join}"
        if self.hashes:
            yield "HASHES"
        if self.merges:
            yield "MERGES"
