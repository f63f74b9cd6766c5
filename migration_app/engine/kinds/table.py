"""Tables: ordinary ones, partitioned ones, and partitions before they are attached."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol

from migration_app.engine.model import Alter, Ddl, Hazard, Object, Severity
from migration_app.engine.sql import ident, qualified

from .options import change_options, with_options
from .retiring import out_of_the_way

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Address, Snapshot


class Inheriting(Protocol):
    """A table of any kind that may have parents."""

    @property
    def inherits(self) -> tuple[str, ...] | None:
        """The parents' qualified names."""

    @property
    def reference(self) -> str:
        """The table as ALTER names it."""


_EXCLUSIVE = (Hazard.LOCKS_READS, Hazard.LOCKS_WRITES)


def _set_persistence(_old: Table, new: Table) -> Iterable[Ddl]:
    word = "UNLOGGED" if new.unlogged else "LOGGED"
    yield Ddl(f"ALTER {new.reference} SET {word}", (*_EXCLUSIVE, Hazard.REWRITES_TABLE))


def set_parents(old: Inheriting, new: Inheriting) -> Iterable[Ddl]:
    """Give the INHERIT and NO INHERIT that lead from the old parents to the new."""
    before, after = old.inherits or (), new.inherits or ()
    # A parent comes in behind those that are there: what stands in another order goes out first.
    staying: list[str] = []
    rest = iter(before)
    for parent in after:
        if parent not in rest:
            break
        staying.append(parent)
    moving = [parent for parent in before if parent not in staying]
    # A column that no parent has for a moment is the child's own from then on: who goes for good goes last.
    for parent in moving:
        if parent in after:
            yield Ddl(f"ALTER {new.reference} NO INHERIT {parent}", _EXCLUSIVE)
    for parent in after:
        if parent not in staying:
            yield Ddl(f"ALTER {new.reference} INHERIT {parent}", _EXCLUSIVE)
    for parent in moving:
        if parent not in after:
            yield Ddl(f"ALTER {new.reference} NO INHERIT {parent}", _EXCLUSIVE)


def _set_options(old: Table, new: Table) -> Iterable[Ddl]:
    for action in change_options(old.all_options, new.written_options):
        yield Ddl(f"ALTER {new.reference} {action}", (Hazard.LOCKS_WRITES,))


def _set_access_method(_old: Table, new: Table) -> Iterable[Ddl]:
    method = ident(new.access_method or "heap")
    yield Ddl(f"ALTER {new.reference} SET ACCESS METHOD {method}", (*_EXCLUSIVE, Hazard.REWRITES_TABLE))


def _set_type(_old: Table, new: Table) -> Iterable[Ddl]:
    yield Ddl(f"ALTER {new.reference} {f'OF {new.of_type}' if new.of_type else 'NOT OF'}", _EXCLUSIVE)


@dataclass(frozen=True, slots=True)
class Table(Object):
    """A table without its columns; ``inherits`` are qualified names, None for a partition."""

    KIND: ClassVar[str] = "table"
    ALTERS: ClassVar[Mapping[str, Alter]] = {
        "unlogged": Alter(_set_persistence),
        "inherits": Alter(set_parents),
        "of_type": Alter(_set_type),
        "access_method": Alter(_set_access_method),
        "options": Alter(_set_options),
        "toast_options": Alter(_set_options),
    }
    MINOR: ClassVar[Mapping[str, Severity]] = dict.fromkeys(
        ("access_method", "options", "toast_options"), Severity.WARNING
    )
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "TABLE"
    HOLDS_ROWS: ClassVar[bool] = True

    schema: str
    name: str
    unlogged: bool
    partition_key: str | None
    inherits: tuple[str, ...] | None
    of_type: str | None
    access_method: str | None
    options: tuple[str, ...]
    toast_options: tuple[str, ...]
    is_partition: bool = field(compare=False)
    written_options: tuple[str, ...] = field(compare=False)
    """All storage options, in the order in which they were set: it makes no difference, and pg_dump keeps it."""

    @property
    def all_options(self) -> tuple[str, ...]:
        """The storage options, those of the TOAST table with their prefix."""
        return self.options + self.toast_options

    @property
    def reference(self) -> str:
        return f"TABLE {qualified(self.schema, self.name)}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("relation", self.schema, self.name), ("type", self.schema, self.name))

    def replaced_for(self, old: Object | None, current: Snapshot, desired: Snapshot) -> Address | None:
        # Under other parents, columns may be affected that are the same before and after.
        if isinstance(old, Table) and old.inherits != self.inherits:
            for address in desired.dependents.get(self.address, ()):
                part = desired.objects.get(address)
                if part is not None and self.address in desired.parents.get(address, ()):
                    whole = part.replaced_for(current.objects.get(address), current, desired)
                    if whole == self.address:
                        return whole
        return None

    def retire(self) -> tuple[Object, Ddl]:
        renamed, ddl = out_of_the_way(self)
        return renamed, dataclasses.replace(ddl, hazards=_EXCLUSIVE)

    def take_over(self, old: Object, values: Sequence[tuple[str, str]]) -> Iterable[Ddl]:
        if isinstance(old, Table):
            names = ", ".join(ident(name) for name, _ in values)
            wanted = ", ".join(value for _, value in values)
            # The rows of a child are the child's; those of a partition are all that a partitioned table has.
            whole = qualified(old.schema, old.name) if old.partition_key else f"ONLY {qualified(old.schema, old.name)}"
            hazards = (*_EXCLUSIVE, Hazard.REWRITES_TABLE, Hazard.MAY_FAIL)
            into = f"INSERT INTO {qualified(self.schema, self.name)}"
            into += f" ({names}) OVERRIDING SYSTEM VALUE" if values else ""
            yield Ddl(f"{into} SELECT {wanted} FROM {whole}", hazards)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        body = body_sql(self, parts)
        if self.of_type:
            body = f"OF {self.of_type}" + (f" {body}" if body != "()" else "")
        words = [f"CREATE {'UNLOGGED ' if self.unlogged else ''}{self.reference} {body}"]
        if self.inherits:
            words.append(f"INHERITS ({', '.join(self.inherits)})")
        if self.partition_key:
            words.append(f"PARTITION BY {self.partition_key}")
        if self.access_method:
            words.append(f"USING {ident(self.access_method)}")
        yield Ddl(" ".join(words) + with_options(self.written_options))


def body_sql(table: Object, parts: Sequence[Object]) -> str:
    """Give the columns and constraints in parentheses; a part's own parts come behind it."""
    inside: dict[Address | None, list[Object]] = {}
    for part in parts:
        inside.setdefault(part.folds_into, []).append(part)
    inlined = (part.inline(inside.get(part.address, ())) for part in inside.get(table.address, ()))
    lines = [line for line in inlined if line]
    return "(\n    " + ",\n    ".join(lines) + "\n)" if lines else "()"
