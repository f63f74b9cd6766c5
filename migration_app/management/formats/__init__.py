"""A drift check's result in the formats that people, scripts and CI systems read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .document import document
from .judgement import judgement_document, render_judgement
from .text import render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from migration_app.services.drift import Drift

FORMATS: Final[Mapping[str, Callable[[Drift], str]]] = {}
"""Those that are one text."""

__all__ = ["FORMATS", "document", "judgement_document", "render", "render_judgement"]
