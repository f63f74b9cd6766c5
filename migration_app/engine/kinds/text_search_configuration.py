"""Text search configurations with their mappings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import ident, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _map(old: TextSearchConfiguration | None, new: TextSearchConfiguration) -> Iterable[Ddl]:
    before, after = old.mappings if old else {}, new.mappings
    for token in before:
        if token not in after:
            yield Ddl(f"ALTER {new.reference} DROP MAPPING FOR {ident(token)}")
    for token, dictionaries in after.items():
        if before.get(token) != dictionaries:
            verb = "ALTER" if token in before else "ADD"
            yield Ddl(f"ALTER {new.reference} {verb} MAPPING FOR {ident(token)} WITH {dictionaries}")


@dataclass(frozen=True, slots=True)
class TextSearchConfiguration(Object):
    """A configuration; ``tokens`` and ``dictionaries`` belong together pair by pair, the latter as SQL."""

    KIND: ClassVar[str] = "text_search_configuration"
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(("tokens", "dictionaries"), Alter(_map))
    OWNED: ClassVar[bool] = True

    schema: str
    name: str
    parser_schema: str
    parser: str
    tokens: tuple[str, ...]
    dictionaries: tuple[str, ...]

    @property
    def mappings(self) -> dict[str, str]:
        """Token type → the dictionaries that it goes through, as SQL."""
        return dict(zip(self.tokens, self.dictionaries, strict=True))

    @property
    def reference(self) -> str:
        return f"TEXT SEARCH CONFIGURATION {qualified(self.schema, self.name)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"CREATE {self.reference} (PARSER = {qualified(self.parser_schema, self.parser)})")
        yield from _map(None, self)
