"""Aggregates: ordinary, ordered-set and hypothetical-set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import literal, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_MODIFY = {"r": "READ_ONLY", "s": "SHAREABLE", "w": "READ_WRITE"}
_PARALLEL = {"s": "SAFE", "r": "RESTRICTED", "u": "UNSAFE"}


def _redefine(_old: Aggregate, new: Aggregate) -> Iterable[Ddl]:
    yield Ddl(f"CREATE OR REPLACE {new.create_words}")


@dataclass(frozen=True, slots=True)
class Aggregate(Object):
    """An aggregate; ``arguments`` are its input types in parentheses, the rest is pg_aggregate's, as SQL text."""

    KIND: ClassVar[str] = "aggregate"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "name", "arguments")
    # CREATE OR REPLACE keeps the arguments, the result and the sort of aggregate (PostgreSQL 18, CREATE AGGREGATE).
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(
        (
            "transition",
            "state",
            "state_space",
            "final",
            "final_extra",
            "final_modify",
            "combine",
            "serialize",
            "deserialize",
            "initial",
            "moving_transition",
            "moving_inverse",
            "moving_state",
            "moving_space",
            "moving_final",
            "moving_final_extra",
            "moving_final_modify",
            "moving_initial",
            "sort_operator",
            "parallel",
        ),
        Alter(_redefine),
    )
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "FUNCTION"

    schema: str
    name: str
    arguments: str
    identity: str
    signature: str
    result: str
    type: str
    transition: str
    state: str
    state_space: int
    final: str | None
    final_extra: bool
    final_modify: str
    combine: str | None
    serialize: str | None
    deserialize: str | None
    initial: str | None
    moving_transition: str | None
    moving_inverse: str | None
    moving_state: str | None
    moving_space: int
    moving_final: str | None
    moving_final_extra: bool
    moving_final_modify: str
    moving_initial: str | None
    sort_operator: str | None
    parallel: str

    @property
    def reference(self) -> str:
        return f"AGGREGATE {qualified(self.schema, self.name)}({self.identity})"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("routine", self.schema, self.name, self.arguments),)

    @property
    def grant_reference(self) -> str:
        return f"FUNCTION {qualified(self.schema, self.name)}{self.arguments}"

    @property
    def create_words(self) -> str:
        """CREATE AGGREGATE without its first word."""
        options = ",\n    ".join((*self._plain(), *self._moving(), *self._traits()))
        return f"AGGREGATE {qualified(self.schema, self.name)}({self.signature}) (\n    {options}\n)"

    @property
    def _usual_modify(self) -> str:
        return "r" if self.type == "n" else "w"

    def _plain(self) -> Iterator[str]:
        yield f"SFUNC = {self.transition}"
        yield f"STYPE = {self.state}"
        if self.state_space:
            yield f"SSPACE = {self.state_space}"
        if self.final is not None:
            yield f"FINALFUNC = {self.final}"
        if self.final_extra:
            yield "FINALFUNC_EXTRA"
        if self.final_modify != self._usual_modify:
            yield f"FINALFUNC_MODIFY = {_MODIFY[self.final_modify]}"
        if self.combine is not None:
            yield f"COMBINEFUNC = {self.combine}"
        if self.serialize is not None:
            yield f"SERIALFUNC = {self.serialize}"
        if self.deserialize is not None:
            yield f"DESERIALFUNC = {self.deserialize}"
        if self.initial is not None:
            yield f"INITCOND = {literal(self.initial)}"

    def _moving(self) -> Iterator[str]:
        if self.moving_transition is None:
            return
        yield f"MSFUNC = {self.moving_transition}"
        yield f"MINVFUNC = {self.moving_inverse}"
        yield f"MSTYPE = {self.moving_state}"
        if self.moving_space:
            yield f"MSSPACE = {self.moving_space}"
        if self.moving_final is not None:
            yield f"MFINALFUNC = {self.moving_final}"
        if self.moving_final_extra:
            yield "MFINALFUNC_EXTRA"
        if self.moving_final_modify != self._usual_modify:
            yield f"MFINALFUNC_MODIFY = {_MODIFY[self.moving_final_modify]}"
        if self.moving_initial is not None:
            yield f"MINITCOND = {literal(self.moving_initial)}"

    def _traits(self) -> Iterator[str]:
        if self.sort_operator is not None:
            yield f"SORTOP = OPERATOR({self.sort_operator})"
        if self.parallel != "u":
            yield f"PARALLEL = {_PARALLEL[self.parallel]}"
        if self.type == "h":
            yield "HYPOTHETICAL"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"CREATE {self.create_words}")
