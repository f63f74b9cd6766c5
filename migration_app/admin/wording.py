"""How the admin puts times, places and facts into words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from django.utils.html import format_html

from migration_app.models.history import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from django.utils.safestring import SafeString

MINUTE: Final = 60
LINE: Final = 60
SIGNS: Final[Mapping[str, str]] = {
    Outcome.RUNNING: "▸",
    Outcome.DONE: "✓",
    Outcome.DIFFERENCES: "≠",
    Outcome.REFUSED: "⊘",
    Outcome.FAILED: "✗",
    Outcome.INTERRUPTED: "…",
    "planned": "○",
    "applied": "✓",
    "undone": "↶",
}
NOTHING: Final = "\N{EN DASH}"
LABELS: Final[Mapping[str, str]] = {
    "undone": "rolled back",
    "added": "only in the target",
    "removed": "missing in the target",
    "changed": "differs",
}


def badge(outcome: str) -> SafeString:
    """Give an outcome as a coloured badge; its sign and word say the same to those who see no colours."""
    return format_html(
        '<span class="dbsep-badge dbsep-{}"><span aria-hidden="true">{}</span> {}</span>',
        outcome,
        SIGNS.get(outcome, "·"),
        LABELS.get(outcome, outcome),
    )


def duration(span: timedelta | None) -> str:
    """Give a time span as a person would say it: ``340 ms``, ``4.2 s``, ``2 min 05 s``."""
    if span is None:
        return NOTHING
    seconds = max(span.total_seconds(), 0.0)
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), MINUTE)
    hours, minutes = divmod(minutes, MINUTE)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def databases(source: str, target: str) -> str:
    """Give the databases of a run: ``prod → test``, or the one there is."""
    return " → ".join(filter(None, (source, target))) or NOTHING


def text(value: object) -> str:
    """Give a recorded value as text: texts as they are, lists of texts as lists, the rest as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return ("\n" if len("".join(value)) > LINE else ", ").join(value)
    return json.dumps(value, ensure_ascii=False, indent=2 if isinstance(value, dict | list) and value else None)


def facts(detail: Mapping[str, object]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Give a step's detail as short facts, which fit on a line, and long ones."""
    named = [(name.replace("_", " "), value) for name, value in detail.items()]
    short = [(name, text(value)) for name, value in named if not isinstance(value, dict | list)]
    return short, [(name, text(value)) for name, value in named if isinstance(value, dict | list)]
