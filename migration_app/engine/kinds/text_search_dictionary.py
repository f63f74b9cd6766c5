"""Text search dictionaries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from migration_app.engine.model import Alter, Ddl, Object
from migration_app.engine.sql import qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# pg_ts_dict.dictinitoption as serialize_deflist() writes it: name = value, …, each name quoted where it must be.
_OPTION: Final = re.compile(r"""("(?:[^"]|"")*"|[^\s"]+) = (?:E?'(?:[^'\\]|''|\\.)*'|[^',\s]+)(?:, |\Z)""")


def option_names(options: str | None) -> list[str]:
    """Give the names in a dictionary's options, quoted as they stand there."""
    return _OPTION.findall(options or "")


def _set_options(old: TextSearchDictionary, new: TextSearchDictionary) -> Iterable[Ddl]:
    # An option without a value is taken away; those that are set go to the end of the list, in the order given.
    kept = option_names(new.options)
    actions = [name for name in option_names(old.options) if name not in kept]
    actions += [new.options] if new.options else []
    yield Ddl(f"ALTER {new.reference} ({', '.join(actions)})")


@dataclass(frozen=True, slots=True)
class TextSearchDictionary(Object):
    """A dictionary; ``options`` is pg_ts_dict.dictinitoption, which is SQL text."""

    KIND: ClassVar[str] = "text_search_dictionary"
    ALTERS: ClassVar[Mapping[str, Alter]] = {"options": Alter(_set_options)}
    OWNED: ClassVar[bool] = True

    schema: str
    name: str
    template_schema: str
    template: str
    options: str | None

    @property
    def reference(self) -> str:
        return f"TEXT SEARCH DICTIONARY {qualified(self.schema, self.name)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        options = f", {self.options}" if self.options else ""
        template = qualified(self.template_schema, self.template)
        yield Ddl(f"CREATE {self.reference} (TEMPLATE = {template}{options})")
