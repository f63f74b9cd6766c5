"""Texts that match a regular expression, counted: another number gives another text as long as there are any."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.rows.expressions.functions import python_pattern
from migration_app.engine.rows.expressions.nodes import Opaque

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    from re import _constants as names  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]
except ImportError:  # pragma: no cover - another Python
    names = parser = None

_LIKED: Final = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_. "
_REPEATS: Final = 12


class Pattern:
    """The texts of one regular expression."""

    def __init__(self, pattern: str, length: int | None = None) -> None:
        if parser is None:
            raise Opaque(pattern)
        try:
            self._tree = parser.parse(python_pattern(pattern))
        except re.error as error:
            raise Opaque(pattern) from error
        self._length = length
        self.search = re.compile(python_pattern(pattern)).search

    def text(self, number: int) -> str:
        """Give the text of that number; raises Opaque where the expression looks around or refers back."""
        rest = [number]

        def digit(base: int) -> int:
            rest[0], found = divmod(rest[0], base)
            return found

        return "".join(self._some(op, value, digit) for op, value in self._tree)

    def _some(self, op: Any, value: Any, digit: Callable[[int], int]) -> str:  # noqa: ANN401, PLR0911 - re's own tree
        if op is names.LITERAL:
            return chr(value)
        if op is names.AT:
            return ""
        if op is names.ANY:
            return _LIKED[digit(26)]
        if op in {names.IN, names.NOT_LITERAL}:
            members = _members([(op, value)] if op is names.NOT_LITERAL else value)
            return members[digit(len(members))]
        if op is names.SUBPATTERN:
            return "".join(self._some(o, v, digit) for o, v in value[-1])
        if op is names.BRANCH:
            branches = value[1]
            return "".join(self._some(o, v, digit) for o, v in branches[digit(len(branches))])
        if op in {names.MAX_REPEAT, names.MIN_REPEAT}:
            return self._repeated(value, digit)
        raise Opaque(str(op))

    def _repeated(self, value: Any, digit: Callable[[int], int]) -> str:  # noqa: ANN401 - re's own tree
        low, high, body = value
        if high == low:
            count = low
        else:
            most = min(int(high), low + _REPEATS, self._length or low + _REPEATS)
            least = min(max(low, min(most, 3)), most) if most > 1 else low
            count = least + digit(most - least + 1)
        return "".join(self._some(o, v, digit) for _ in range(count) for o, v in body)


def _members(items: Any) -> str:  # noqa: ANN401 - re's own tree
    negated = bool(items) and items[0][0] is names.NEGATE
    found: set[str] = set()
    for op, value in items:
        if op in {names.LITERAL, names.NOT_LITERAL}:
            found.add(chr(value))
            negated = negated or op is names.NOT_LITERAL
        elif op is names.RANGE:
            found.update(chr(code) for code in range(value[0], min(value[1], value[0] + 512) + 1))
        elif op is names.CATEGORY:
            found.update(c for c in _LIKED if _in_category(c, str(value)))
    members = [c for c in _LIKED if (c in found) != negated] or sorted(found)
    if not members or (negated and not any(c not in found for c in members)):
        raise Opaque("class")
    return "".join(members)


def _in_category(character: str, category: str) -> bool:
    tests: dict[str, Callable[[str], bool]] = {
        "DIGIT": str.isdigit,
        "SPACE": str.isspace,
        "WORD": lambda c: c.isalnum() or c == "_",
    }
    name = category.removeprefix("CATEGORY_")
    test = tests[name.removeprefix("NOT_")]
    return bool(test(character)) != name.startswith("NOT_")
