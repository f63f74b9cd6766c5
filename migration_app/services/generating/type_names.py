"""Type names as PostgreSQL prints them and as Django writes them, taken apart so that they can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

# Names that PostgreSQL takes for its own types; format_type() prints those on the right.
_OTHER_NAMES: Final = {
    "bigserial": "bigint",
    "bool": "boolean",
    "bpchar": "character",
    "char": "character",
    "dec": "numeric",
    "decimal": "numeric",
    "float": "double precision",
    "float4": "real",
    "float8": "double precision",
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "serial": "integer",
    "smallserial": "smallint",
    "time": "time without time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
    "varbit": "bit varying",
    "varchar": "character varying",
}
_MODIFIER: Final = re.compile(r"\(([^()]*)\)")
_ARRAY: Final = re.compile(r"(\s*\[\d*\])+$")
_PART: Final = re.compile(r'"((?:[^"]|"")*)"|([^".]+)')


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type's name, its modifiers and whether it is an array of it: PostgreSQL keeps no number of dimensions."""

    schema: str
    """Empty for PostgreSQL's own types and for a name without one."""
    name: str
    modifiers: tuple[str, ...] = ()
    array: bool = False

    @property
    def element(self) -> TypeName:
        """The type of an array's elements."""
        return replace(self, array=False)

    @property
    def bare(self) -> TypeName:
        """The type without its modifiers."""
        return replace(self, modifiers=())

    @property
    def length(self) -> int | None:
        """The length of a text type that has one."""
        if self.name in {"character varying", "character"} and self.modifiers:
            return int(self.modifiers[0])
        return None

    def is_called(self, other: TypeName) -> bool:
        """Tell whether the other name, which may lack the schema, can mean this type; modifiers don't count."""
        if self.array != other.array or self.name != other.name:
            return False
        return self.schema == other.schema or not other.schema

    def __str__(self) -> str:
        return ((f"{self.schema}." if self.schema else "") + self.name) + self._tail()

    def _tail(self) -> str:
        return (f"({','.join(self.modifiers)})" if self.modifiers else "") + ("[]" if self.array else "")


def parse(text: str) -> TypeName:
    """Take a type's name apart: ``numeric(8, 4)``, ``public.mood[]``, ``timestamp(3) with time zone``."""
    text, arrays = _ARRAY.subn("", text.strip())
    found = None if text.endswith('"') else _MODIFIER.search(text)
    modifiers = tuple(part.strip() for part in found[1].split(",")) if found else ()
    if found:
        text = (text[: found.start()] + text[found.end() :]).strip()
    parts = [quoted.replace('""', '"') if quoted else bare.strip() for quoted, bare in _PART.findall(text)]
    schema, name = (parts[0], ".".join(parts[1:])) if len(parts) > 1 else ("", parts[0] if parts else "")
    if '"' not in text:
        schema, name = schema.lower(), " ".join(name.lower().split())
        name = name if schema else _OTHER_NAMES.get(name, name)
    if (schema, name) == ("", "character") and not modifiers:
        modifiers = ("1",)
    if schema == "pg_catalog":
        schema = ""
    return TypeName(schema, name, modifiers, bool(arrays))
