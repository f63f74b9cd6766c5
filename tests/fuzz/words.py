"""Names and texts that PostgreSQL takes and that careless SQL doesn't survive."""

from __future__ import annotations

from hypothesis import strategies as st

LONGEST = 63
"""Bytes of a name (PostgreSQL documentation, section 4.1.1)."""
PREFIX = "test_"

_PIECES = (
    *("'", '"', "''", '""', ";", "$$", "$a$", "\\", "\\'", "\n", "\r", "\t", "\v", "%", "%s", "%(a)s", "{}", "{a}"),
    *("--", "/*", "*/", ":a", ":'a'", ",", ".", "(", ")", "[1]", "=", "'; DROP TABLE victim; --", '"; DROP TABLE '),
    *("\nDROP TABLE victim;", "$function$", "E'", "::text", " ", "select", "User", "é", "漢", "🐘", "\u2028", "\u202e"),
    *("\x85", "a\u0301", "\\.", "\\N", "\x01", "\x7f", "#", "@", "x", "Ab", "0", "null", "-1"),
)
_PLAIN = "abcdefgh_ XYZ0123456789"
pieces = st.one_of(
    st.sampled_from(_PIECES),
    st.sampled_from(_PIECES),
    st.text(_PLAIN, min_size=1, max_size=6),
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
)
texts = st.lists(pieces, max_size=6).map("".join)
"""Comments, labels, defaults, options."""


def cut(text: str, size: int = LONGEST) -> str:
    """Give as much of the text as fits into that many bytes."""
    return text.encode()[:size].decode(errors="ignore")


names = st.lists(pieces, min_size=1, max_size=20).map(lambda each: cut("".join(each)))
labels = texts.map(cut)


def quoted(name: str) -> str:
    """Give the name as an identifier, by a way of quoting that isn't the engine's."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Give the text as a constant, by a way of quoting that isn't the engine's: every character as its number."""
    return "U&'" + "".join(f"\\+{ord(char):06x}" for char in text) + "'"


def tested(name: str) -> str:
    """Give the name of a test table or another test object."""
    return cut(PREFIX + name)
