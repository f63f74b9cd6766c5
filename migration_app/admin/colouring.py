"""Colours SQL on the server: classes only, so that the style sheet decides for light and dark."""

from __future__ import annotations

from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers.sql import PostgresLexer

# A generated function of a megabyte would hold the page up for seconds; it is readable without colours.
LONGEST: Final = 20_000

_LEXER: Final = PostgresLexer(stripnl=True)
_FORMATTER: Final = HtmlFormatter(nowrap=True, classprefix="sql-")


def coloured(sql: str) -> SafeString:
    """Give the statement as HTML that is safe to show."""
    if len(sql) > LONGEST:
        return escape(sql)
    html: str = highlight(sql, _LEXER, _FORMATTER)
    return mark_safe(html.rstrip("\n"))  # noqa: S308 - Pygments escapes
