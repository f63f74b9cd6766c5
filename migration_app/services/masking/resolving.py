"""A policy held against a schema: what each column becomes, what is undecided, what the policy names in vain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from migration_app.engine.errors import UsageError
from migration_app.engine.rows.masking import Choice, place_of
from migration_app.engine.rows.masking.fitting import misfit

from .policy import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from migration_app.engine.rows.shape import Name, Shape, Table

    from .policy import Policy

_KEEP: Final = Choice("keep")


@dataclass(frozen=True)
class Resolved:
    """What a policy means for a schema."""

    choices: Mapping[Name, Mapping[str, Choice]]
    """Table → written column → its choice, for the tables whose rows are copied."""
    left_out: frozenset[Name]
    """Tables whose rows stay behind."""
    undecided: tuple[str, ...]
    gone: tuple[str, ...]


def resolve(policy: Policy, shape: Shape, names: Sequence[Name]) -> Resolved:
    """Hold the policy against the tables.

    Raises:
        UsageError: a mask doesn't fit its column, or a foreign key's column what it refers to.

    """
    found = _Search(policy, shape, names)
    undecided = tuple(told(name, column) for name, column in undecided_columns(policy, shape, names))
    choices = {} if undecided else {name: found.table(name) for name in names if name not in found.left_out}
    return Resolved(choices, found.left_out, undecided, tuple(found.gone()))


def undecided_columns(policy: Policy, shape: Shape, names: Sequence[Name]) -> tuple[tuple[Name, str], ...]:
    """Give the written columns of the copied tables that nobody has decided on."""
    return tuple(
        (name, column.name)
        for name in names
        if policy.of(name).rows != "none"
        for column in shape.tables[name].writable
        if column.name not in policy.of(name).columns
    )


def told(name: Name, column: str) -> str:
    """Give the column's name as policies and messages say it."""
    return f"{name.short}.{column}"


class _Search:
    def __init__(self, policy: Policy, shape: Shape, names: Sequence[Name]) -> None:
        self.shape, self.names, self.policy = shape, names, policy
        self.left_out = frozenset(name for name in names if policy.of(name).rows == "none")

    def gone(self) -> Iterator[str]:
        known = {word for name in self.shape.tables for word in (name.short, str(name))}
        yield from (word for word in self.policy.tables if word not in known)
        for name in self.names:
            table, there = self.policy.of(name), self.shape.tables[name].by_name
            named = (*table.columns, *sorted(table.suggested))
            yield from (told(name, column) for column in named if column not in there)

    def table(self, name: Name) -> Mapping[str, Choice]:
        table = self.shape.tables[name]
        choices = {column.name: self._choice(table, column.name) for column in table.writable}
        for column in table.writable:
            if choices[column.name].place is not None:
                continue
            reason = misfit(self.shape, table, column, choices[column.name])
            if reason:
                raise UsageError(
                    f"{told(name, column.name)} can't be masked as {choices[column.name].mask}: {reason}",
                    "Choose another mask in the policy; docs/reference/masking.md has them all.",
                )
        return choices

    def _choice(self, table: Table, column: str) -> Choice:
        """Give the column's own choice, or that of the column which it refers to in the end."""
        own = self._own(table.name, column)
        far = tuple(self._far(table, column, frozenset()))
        if not far:
            if own.mask == REFERENCE:
                raise UsageError(
                    f"{told(table.name, column)} refers to nothing", "Only a foreign key's column can be a reference."
                )
            return own
        followed, (name, origin) = next((each for each in far if each[0] != _KEEP), far[0])
        for choice, place in far:
            if choice != followed or own not in (_KEEP, Choice(REFERENCE), Choice("null"), followed):
                raise UsageError(
                    f"{told(table.name, column)} must be what {told(*place)} is, to which it refers ({choice.mask})",
                    'Write "reference" for it in the policy.',
                )
        root = self.shape.tables[name]
        return own if own.mask == "null" else replace(followed, place=place_of(self.shape, root, root.by_name[origin]))

    def _own(self, name: Name, column: str) -> Choice:
        return self.policy.of(name).columns.get(column, _KEEP)

    def _far(
        self, table: Table, column: str, seen: frozenset[tuple[Name, str]]
    ) -> Iterator[tuple[Choice, tuple[Name, str]]]:
        for key in table.foreign_keys:
            if column in key.columns and key.target in self.names and (table.name, column) not in seen:
                target = key.target_columns[key.columns.index(column)]
                beyond = tuple(self._far(self.shape.tables[key.target], target, seen | {(table.name, column)}))
                yield from beyond or ((self._own(key.target, target), (key.target, target)),)
