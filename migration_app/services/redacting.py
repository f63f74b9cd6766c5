"""Takes secrets out of text before it is recorded, logged or shown.

When in doubt it hides too much: a record that lost a word is still useful, one that holds a password is not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from psycopg import pq

if TYPE_CHECKING:
    from collections.abc import Sequence

HIDDEN: Final = "***"

# libpq marks the options that a dialogue must not echo with dispchar "*": password, sslpassword, …
_LIBPQ: Final = frozenset(option.keyword.decode() for option in pq.Conninfo.get_defaults() if option.dispchar == b"*")
_WORDS: Final[tuple[str, ...]] = (
    *sorted(_LIBPQ, key=len, reverse=True),
    r"pass(?:word|wd|phrase)",
    "pwd",
    "secret",
    "token",
    r"credentials?",
    r"(?:api|access|private|secret|service|service_role|account|signing|encryption|bearer)[_-]?key",
    r"scram_(?:client|server)_key",
    "authorization",
)
# What precedes the word in a name need not be read: it stays as it is.
_NAME: Final = rf"(?:{'|'.join(_WORDS)})[\w-]{{0,60}}+"
# PostgreSQL 18, 4.1.2: only in E'…' does a backslash escape; elsewhere it is a character like any other.
_STRING: Final = r"(?:(?<!\w)e'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*')"
_DOLLAR: Final = r"(?<!\w)\$(?P<tag>\w*)\$.*?\$(?P=tag)\$"

_URL: Final = re.compile(r"(?P<start>\b[a-z][\w+.-]{0,30}://[^\s:/@?]*):\S*@", re.IGNORECASE)
_BEARER: Final = re.compile(r"\b(?P<how>bearer|basic)(?P<gap>\s+)[\w.~+/=-]{8,}", re.IGNORECASE)
# A JSON Web Token (RFC 7519), and the prefixed keys of platforms whose triggers and settings carry them.
_TOKENS: Final = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*|\b(?:sb_secret|sk_live|sk_test|sbp|ghp)_\w+")
_PAIR: Final = re.compile(
    rf"(?P<name>{_NAME}(?:''|[\"'])?\s*(?:=>|:=|=|:(?![:=]))\s*)"
    r"(?:''(?:[^'\\]|''''|\\.)*''|'(?:[^'\\]|''|\\.)*'|\"(?:[^\"\\]|\\.)*\""
    r"|(?:(?:bearer|basic)\s+)?[^\s,;&\"')}\]]+)",
    re.IGNORECASE,
)
_SECRET_NAME: Final = re.compile(_NAME, re.IGNORECASE)
# Read from left to right: what begins inside a string, a comment or a body is part of it.
_SQL_PARTS: Final = re.compile(
    rf"(?P<name>{_NAME}\s*(?:=>|:=|=|\s)\s*)(?:{_STRING}|{_DOLLAR.replace('tag', 'first')})"
    rf"|(?P<ident>\"(?:[^\"]|\"\")*\")(?:(?P<gap>\s*(?:=>|=|\s)\s*)(?P<value>{_STRING}))?"
    rf"|(?P<comment>--[^\n]*|/\*.*?\*/)|(?P<dollar>{_DOLLAR})|(?P<string>{_STRING})",
    re.IGNORECASE | re.DOTALL,
)
_MARKS: Final = ("'", '"', "$", "--", "/*")
"""Each part of a statement that is looked at holds one of these."""
_SHORTEST: Final = 6


def redact(text: str, own: Sequence[str] | None = None) -> str:
    """Give the text without URLs' passwords, ``password=…`` and the like, tokens, and our own passwords.

    ``own`` is what ``own_secrets`` gave, where many texts are to be redacted: collecting them takes longer than a text.
    """
    text = storable(text)
    for secret in own_secrets() if own is None else own:
        text = text.replace(secret, HIDDEN)
    text = _URL.sub(rf"\g<start>:{HIDDEN}@", text)
    text = _BEARER.sub(rf"\g<how>\g<gap>{HIDDEN}", text)
    text = _PAIR.sub(rf"\g<name>{HIDDEN}", text)
    return _TOKENS.sub(HIDDEN, text)


def redact_sql(sql: str, own: Sequence[str] | None = None) -> str:
    """Give the statement without its secrets: ``PASSWORD '…'``, options of user mappings, connection strings.

    Only literals are touched; the code between them reads as it was. ``own`` as for ``redact``.
    """
    for secret in own_secrets() if own is None else own:
        sql = sql.replace(secret, HIDDEN)
    sql = storable(sql)
    return _SQL_PARTS.sub(_part, sql) if any(mark in sql for mark in _MARKS) else sql


def _part(found: re.Match[str]) -> str:
    text = found[0]
    if found["name"] is not None:
        return f"{found['name']}'{HIDDEN}'"
    if found["value"] is not None:
        hidden = _SECRET_NAME.search(found["ident"]) is not None
        return found["ident"] + found["gap"] + (f"'{HIDDEN}'" if hidden else _within_quotes(found["value"]))
    if found["comment"] is not None:
        return redact(text, ())
    if found["dollar"] is not None:
        mark = f"${found['tag']}$"
        return mark + redact_sql(text[len(mark) : -len(mark)], ()) + mark
    return text if found["string"] is None else _within_quotes(text)


def _within_quotes(string: str) -> str:
    start = string.index("'") + 1
    return string[:start] + redact(string[start:-1], ()) + "'"


def storable(text: str) -> str:
    """Give the text without what PostgreSQL or UTF-8 can't hold: zero bytes, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def redact_value(value: object, name: str = "") -> object:
    """Give the value as JSON holds it, its texts redacted, and those under a secret's name hidden whole."""
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value)):
        return value  # JSON has no word for the other floats
    if hasattr(value, "_fields"):
        return redact(str(value))  # a named tuple, such as an address, has words of its own
    if isinstance(value, Mapping):
        return redact_mapping(value)
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    if isinstance(value, list | tuple):
        return [redact_value(one, name) for one in value]
    text = str(value)
    return HIDDEN if text and _SECRET_NAME.search(name) else redact(text)


def redact_mapping(values: Mapping[str, object]) -> dict[str, object]:
    """Give the mapping with every value redacted."""
    return {storable(str(name)): redact_value(value, str(name)) for name, value in values.items()}


def own_secrets() -> tuple[str, ...]:
    """Give the passwords this process knows, unless they are too short or too common a word to look for."""
    from django.conf import settings

    found = {os.environ.get("PGPASSWORD", ""), os.environ.get("DBSEP_MASKING_KEY", "")}
    found |= {_password_of(url) for name, url in os.environ.items() if name.endswith("DATABASE_URL")}
    plain = {"postgres", "password"}
    for database in settings.DATABASES.values():
        options = database.get("OPTIONS")
        found |= {str(database.get("PASSWORD") or "")}
        if isinstance(options, dict):
            found |= {str(value) for name, value in options.items() if name in _LIBPQ}
        plain |= {str(database.get(key) or "") for key in ("NAME", "USER", "HOST")}
    long = [secret for secret in sorted(found - plain, key=len, reverse=True) if len(secret) >= _SHORTEST]
    return tuple(dict.fromkeys(form for secret in long for form in (secret, quote(secret, safe=""))))


def _password_of(url: str) -> str:
    # By hand: urlsplit refuses some URLs that people write, and those are the ones that end up in errors.
    before, at, _ = url.partition("://")[2].rpartition("@")
    return unquote(before.partition(":")[2]) if at else ""
