"""Puts the two sides of a difference beside one another, with what differs marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .wording import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migration_app.models.history import Finding

_WORD: Final = re.compile(r"\w+|\s+|.")
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
# Comparing takes time with the product of both lengths; beyond this it goes by lines, and then not at all.
MOST_WORDS: Final = 1500
MOST_LINES: Final = 2000
EMPTY: Final[tuple[object, ...]] = (None, "", [], {}, False, 0)


@dataclass(frozen=True)
class Sides:
    """An attribute as both sides have it, as HTML; None where a side has nothing."""

    name: str
    source: SafeString | None
    target: SafeString | None
    secret: bool
    """The sides differ in a part that is never recorded."""


def sides(finding: Finding) -> Iterator[Sides]:
    """Give the attributes of a difference, those that differ marked word by word."""
    for name, both in finding.attributes.items():
        source, target = both.get("source"), both.get("target")
        label = name.replace("_", " ")
        if finding.change in {"added", "removed"} and source in EMPTY and target in EMPTY:
            continue  # an object that is on one side only has many attributes; those with nothing in them say nothing
        if finding.change == "removed":
            yield Sides(label, _joined([("", text(source))]), None, secret=False)
        elif finding.change == "added":
            yield Sides(label, None, _joined([("", text(target))]), secret=False)
        else:
            left, right = marked(text(source), text(target))
            yield Sides(label, left, right, secret=bool(both.get("secret")))


def marked(source: str, target: str) -> tuple[SafeString, SafeString]:
    """Give both texts as HTML: what only the source has in ``<del>``, what only the target in ``<ins>``."""
    old, new = _WORD.findall(source), _WORD.findall(target)
    most = MOST_WORDS
    if max(len(old), len(new)) > most:
        old, new, most = _LINE.findall(source), _LINE.findall(target), MOST_LINES
    if max(len(old), len(new)) > most:
        return escape(source), escape(target)
    left, right = [], []
    for change, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left.append(("" if change == "equal" else "del", "".join(old[a:b])))
        right.append(("" if change == "equal" else "ins", "".join(new[c:d])))
    return _joined(left), _joined(right)


def _joined(parts: list[tuple[str, str]]) -> SafeString:
    html = [escape(part) if not tag else _tagged(tag, part) for tag, part in parts if part]
    return format_html_join("", "{}", ((one,) for one in html))


def _tagged(tag: str, part: str) -> SafeString:
    return format_html("{}{}{}", mark_safe(f"<{tag}>"), part, mark_safe(f"</{tag}>"))  # noqa: S308 - our own tags
