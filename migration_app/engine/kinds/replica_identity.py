"""REPLICA IDENTITY of tables, where it isn't the default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Fact
from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Object


def _set(_old: object, new: ReplicaIdentity) -> Iterable[Ddl]:
    words = {"n": "NOTHING", "f": "FULL", "i": f"USING INDEX {ident(new.index or '')}"}
    # An index that was dropped leaves 'i' behind, which then means nothing at all (pg_class.relreplident).
    word = "NOTHING" if new.identity == "i" and new.index is None else words[new.identity]
    yield Ddl(f"ALTER TABLE ONLY {new.name} REPLICA IDENTITY {word}")


@dataclass(frozen=True, slots=True)
class ReplicaIdentity(Fact):
    """``identity`` is pg_class.relreplident; ``index`` names the index for ``i``."""

    KIND: ClassVar[str] = "replica_identity"
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(("identity", "index"), Alter(_set))

    identity: str
    index: str | None

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        return _set(None, self)

    def drop(self) -> Iterable[Ddl]:
        yield Ddl(f"ALTER TABLE ONLY {self.name} REPLICA IDENTITY DEFAULT")
