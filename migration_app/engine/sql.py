"""The one place where names and values become SQL text."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

SET_ROLE: Final = "SET ROLE "
RESET_ROLE: Final = "RESET ROLE"

_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_$]*\Z")

# PostgreSQL 18, section 4.1.3.
_OPERATOR: Final = re.compile(r"[-+*/<>=~!@#%^&|`?]+\Z")

# PostgreSQL 18, Appendix C: every key word that is not "non-reserved". quote_ident() quotes the same ones.
_RESERVED: Final = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case
    cast char character check coalesce collate collation column concurrently constraint create cross
    current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
    decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign
    freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect
    interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query
    json_scalar json_serialize json_table json_value lateral leading least left like limit localtime
    localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset on
    only or order out outer overlaps overlay placing position precision primary real references returning right
    row select session_user setof similar smallint some substring symmetric system_user table tablesample then
    time timestamp to trailing treat trim true union unique user using values varchar variadic verbose when where
    window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot
    xmlserialize xmltable
    """.split()  # noqa: SIM905 - a list of 150 words has a word a line
)


@functools.lru_cache(maxsize=1 << 16)
def ident(name: str) -> str:
    """Give the identifier as SQL text, quoted where PostgreSQL's quote_ident() would quote it."""
    if _PLAIN.match(name) and name not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def qualified(*names: str) -> str:
    """Give a dotted name, each part quoted as needed: ``public.orders``."""
    return ".".join(map(ident, names))


def idents(names: Iterable[str]) -> str:
    """Give a comma-separated list of identifiers."""
    return ", ".join(map(ident, names))


def operator(schema: str, name: str) -> str:
    """Give an operator's qualified name; the symbol itself can't be quoted.

    Raises:
        ValueError: the name isn't made of operator characters.

    """
    if not _OPERATOR.match(name):
        raise ValueError(f"not an operator's name: {name!r}")
    return f"{ident(schema)}.{name}"


def literal(value: str) -> str:
    """Give the text as an SQL string literal that reads the same whatever standard_conforming_strings says."""
    quoted = value.replace("'", "''")
    if "\\" in quoted:
        return "E'" + quoted.replace("\\", "\\\\") + "'"
    return f"'{quoted}'"


def literals(values: Iterable[str]) -> str:
    """Give a comma-separated list of string literals."""
    return ", ".join(map(literal, values))


def one_line(text: str) -> str:
    """Give the text as one line of printable characters, so that a name in a comment can't end the comment."""
    return "".join(char if char.isprintable() else " " for char in text)
