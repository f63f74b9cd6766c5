"""A drift check's result in the formats that people, scripts and CI systems read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .document import document
from .github import github
from .judgement import judgement_document, render_judgement
from .junit import junit
from .markdown import markdown
from .sarif import sarif
from .text import render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from migration_app.services.drift import Drift

FORMATS: Final[Mapping[str, Callable[[Drift], str]]] = {
    "markdown": markdown,
    "github": github,
    "junit": junit,
    "sarif": sarif,
}
"""Those that are one text."""

__all__ = ["FORMATS", "document", "judgement_document", "render", "render_judgement"]
