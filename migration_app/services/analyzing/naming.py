"""Names in SQL text: which are mentioned, and the prefix taken away from them so that texts can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

# Without the dollar sign, though a name may hold one: a body ends where $function$ begins.
_WORD: Final = re.compile(r"[^\W\d]\w*")
_IDENTIFIER: Final = re.compile(r'(?<![\w$"])(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<plain>[^\W\d][\w$]*))')


def mentioned(text: str, names: AbstractSet[str]) -> Iterator[str]:
    """Give the names that the text of a routine mentions, in code, strings and comments alike.

    PostgreSQL keeps no dependencies of a body that is a string, so this errs on the side of finding.
    """
    words = {word.lower() for word in _WORD.findall(text)}
    for name in names:
        if ident(name) == name and "$" not in name:
            if name in words:
                yield name
        elif any(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text) for form in {name, name.replace('"', '""')}):
            yield name


@dataclass(frozen=True)
class Renaming:
    """Takes the prefix away from the names of objects in SQL text; other words that begin like it stay."""

    prefix: str
    names: frozenset[str]
    """Names of objects that begin with the prefix."""

    @cached_property
    def _lead(self) -> str:
        return self.prefix.replace('"', '""')

    def bare(self, name: str) -> str:
        """Give the name without the prefix."""
        return name.removeprefix(self.prefix)

    def text(self, sql: str) -> str:
        """Give the text with the prefix taken away from every name."""
        return _IDENTIFIER.sub(self._replace, sql) if self._lead in sql else sql

    def _replace(self, found: re.Match[str]) -> str:
        quoted = found["quoted"]
        name = quoted.replace('""', '"') if quoted is not None else found["plain"]
        return ident(self.bare(name)) if name in self.names else found[0]
