"""The row-level security flags of tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Fact, Hazard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Object


def _set_enabled(_old: object, new: RowSecurity) -> Iterable[Ddl]:
    if new.enabled:
        yield Ddl(f"ALTER {new.target} ENABLE ROW LEVEL SECURITY")
    else:
        yield Ddl(f"ALTER {new.target} DISABLE ROW LEVEL SECURITY", (Hazard.WIDENS_PRIVILEGES,))


def _set_forced(_old: object, new: RowSecurity) -> Iterable[Ddl]:
    if new.forced:
        yield Ddl(f"ALTER {new.target} FORCE ROW LEVEL SECURITY")
    else:
        yield Ddl(f"ALTER {new.target} NO FORCE ROW LEVEL SECURITY", (Hazard.WIDENS_PRIVILEGES,))


@dataclass(frozen=True, slots=True)
class RowSecurity(Fact):
    """ENABLE and FORCE ROW LEVEL SECURITY; there is no such fact where both are off."""

    KIND: ClassVar[str] = "row_security"
    ALTERS: ClassVar[Mapping[str, Alter]] = {"enabled": Alter(_set_enabled), "forced": Alter(_set_forced)}

    HIDES_ROWS: ClassVar[bool] = True

    enabled: bool
    forced: bool

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        if self.enabled:
            yield from _set_enabled(None, self)
        if self.forced:
            yield from _set_forced(None, self)

    def drop(self) -> Iterable[Ddl]:
        widens = (Hazard.WIDENS_PRIVILEGES,)
        if self.enabled:
            yield Ddl(f"ALTER {self.target} DISABLE ROW LEVEL SECURITY", widens)
        if self.forced:
            yield Ddl(f"ALTER {self.target} NO FORCE ROW LEVEL SECURITY", widens)
