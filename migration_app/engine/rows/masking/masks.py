"""Every mask: which types it is for, and the SQL that it makes of a value and of its keyed hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migration_app.engine.sql import literal

from .permuting import permuted
from .syllables import first_name, full_name, last_name, place_name
from .writing import bits, cut, digits_kept, filler, hexed, phone_digits, unlike

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .choice import Value

FAMILIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("text", "varchar", "bpchar", "citext", "name"), "text"),
    **dict.fromkeys(("int2", "int4", "int8"), "integer"),
    **dict.fromkeys(("numeric", "float4", "float8"), "number"),
    **dict.fromkeys(("date", "timestamp", "timestamptz"), "date"),
    **dict.fromkeys(("inet", "cidr", "macaddr", "macaddr8"), "address"),
    **dict.fromkeys(("json", "jsonb"), "document"),
    "uuid": "uuid",
    "bytea": "bytes",
}
"""Type → the family of types that a mask is for."""
_ANY: Final = frozenset({*FAMILIES.values(), "other"})


@dataclass(frozen=True, slots=True)
class Mask:
    """One mask."""

    families: frozenset[str]
    make: Callable[[Value], str]
    options: frozenset[str] = frozenset()
    shortest: int = 0
    """Characters that the column must have room for."""
    injective: bool = False
    """No two values become one, by construction or by 64 bits of the hash."""
    folds: bool = False
    """Values that differ in case only are one value."""
    plausible: bool = False
    """What comes out may by chance be what another row held."""
    coarse: bool = False
    """It takes a byte of the hash, so a cheap one does where values may become one."""


def _email(value: Value) -> str:
    name = f'pg_catalog.lower({first_name(value.hashed)} collate "C")'
    return f"{name} || '.' || {hexed(value.hashed, 8)} || '@example.com'"


def _name(value: Value) -> str:
    return unlike(value, full_name(value.hashed))


def _street(value: Value) -> str:
    number = f"(1 + {bits(value.hashed, 9, 1)} % 199)::text"
    return unlike(value, f"{place_name(value.hashed)} || ' Street ' || {number}")


def _phone(value: Value) -> str:
    # +999 is nobody's: the country code is reserved (ITU-T E.164).
    if value.unique:
        digits = min(17, (value.limit or 21) - 4)
        return f"'+999' || pg_catalog.right(pg_catalog.lpad({bits(value.hashed, 8, 7)}::text, 17, '0'), {digits})"
    return phone_digits(value.sql, value.hashed)


def _postcode(value: Value) -> str:
    return unlike(value, digits_kept(value.sql, value.hashed, letters=True))


def _text(value: Value) -> str:
    return unlike(value, filler(value.text, value.hashed))


def _hash(value: Value) -> str:
    if value.base == "bytea":
        return value.hashed
    length = f"greatest(16, least(64, pg_catalog.length({value.text})))"
    return cut(value, f"pg_catalog.left({hexed(value.hashed, 32)}, {length})")


def _key(value: Value) -> str:
    if value.base == "uuid":
        return _uuid(value)
    if value.base in {"int2", "int4", "int8"}:
        return permuted(value.sql, value.base)
    return _hash(value)


def _uuid(value: Value) -> str:
    def stamped(bytes_: str, place: int, keep: int, stamp: int) -> str:
        return (
            f"pg_catalog.set_byte({bytes_}, {place}, (pg_catalog.get_byte({value.hashed}, {place}) & {keep}) | {stamp})"
        )

    # RFC 9562: version 4, variant 1.
    made = stamped(stamped(f"pg_catalog.substr({value.hashed}, 1, 16)", 6, 15, 64), 8, 63, 128)
    return f"pg_catalog.encode({made}, 'hex')::uuid"


def _date(value: Value) -> str:
    days = int(value.number("days", 180))
    # A shift of no day is none; a direction and a length are drawn, because a subquery costs more than both.
    back = f"(1 - 2 * (pg_catalog.get_byte({value.hashed}, 12) & 1))"
    shift = f"(1 + {bits(value.hashed, 9, 3)} % {days})::int4 * {back}"
    if value.base == "date":
        return f"{value.sql} + {shift}"
    return f"{value.sql} + pg_catalog.make_interval(days => {shift})"


_LARGEST: Final = {"int2": 2**15 - 1, "int4": 2**31 - 1, "int8": 2**63 - 1}


def _number(value: Value) -> str:
    share, spread = value.number("percent", 20) / 100, value.number("spread", 1)
    exact = f"({value.sql})::numeric"
    noise = f"(({bits(value.hashed, 13, 3)} - 8388608) / 8388608.0)"
    made = f"{exact} + {noise} * greatest(pg_catalog.abs({exact}) * {share:.6f}, {spread:.6f})"
    # What was not negative stays so, unless the policy knows better.
    least = f"(case when {exact} >= 0 then 0 else {exact} * {1 + share:.6f} - {spread:.6f} end)"
    if "min" in value.options:
        least = f"{value.number('min', 0)}"
    most = min(value.number("max", float("inf")), _LARGEST.get(value.base, float("inf")))
    made = f"greatest({made}, {least})"
    if most != float("inf"):
        made = f"least({made}, {most:.6f})" if value.base not in _LARGEST else f"least({made}, {int(most)})"
    if value.base in _LARGEST:
        return f"pg_catalog.round({made})::{value.base}"
    if value.base == "numeric":
        return f"pg_catalog.round({made}, pg_catalog.scale({exact}))"
    return f"({made})::{value.base}"


def _address(value: Value) -> str:
    # 240.0.0.0/4 and 2001:db8::/32 belong to nobody (RFC 1112, RFC 3849); 02 says a MAC address was given locally.
    if value.base.startswith("macaddr"):
        return f"('02' || {hexed(value.hashed, 5 if value.base == 'macaddr' else 7)})::{value.base}"
    far = f"('2001:db8::'::inet + ({bits(value.hashed, 8, 7)}))"
    near = f"('240.0.0.0'::inet + ({bits(value.hashed, 8, 4)} & 268435455))"
    host = f"(case pg_catalog.family({value.sql}) when 4 then {near} else {far} end)"
    masked = f"pg_catalog.set_masklen({host}, pg_catalog.masklen({value.sql}))"
    return f"pg_catalog.network({masked})" if value.base == "cidr" else masked


def _constant(value: Value) -> str:
    given = value.options["value"]
    said = str(given).lower() if isinstance(given, bool) else str(given)
    return f"case when {value.sql} is not null then {literal(said)} end"


_TEXT: Final = frozenset({"text"})
MASKS: Final[Mapping[str, Mask]] = {
    "keep": Mask(_ANY, lambda value: value.sql),
    "null": Mask(_ANY, lambda _: "null"),
    "constant": Mask(_ANY, _constant, frozenset({"value"})),
    "name": Mask(_TEXT, _name),
    "first_name": Mask(_TEXT, lambda value: unlike(value, first_name(value.hashed))),
    "last_name": Mask(_TEXT, lambda value: unlike(value, last_name(value.hashed))),
    "email": Mask(_TEXT, _email, frozenset({"fold"}), shortest=35, injective=True, folds=True),
    "phone": Mask(_TEXT, _phone),
    "street": Mask(_TEXT, _street),
    "city": Mask(_TEXT, lambda value: unlike(value, place_name(value.hashed))),
    "postcode": Mask(
        _TEXT, lambda value: unlike(value, digits_kept(value.sql, value.hashed, letters=True)), plausible=True
    ),
    "text": Mask(_TEXT, _text, coarse=True),
    "hash": Mask(_TEXT | {"bytes"}, _hash, shortest=16, injective=True),
    "key": Mask(_TEXT | {"integer", "uuid"}, _key, shortest=16, injective=True),
    "uuid": Mask(frozenset({"uuid"}), _uuid, injective=True),
    "date": Mask(frozenset({"date"}), _date, frozenset({"by", "days"})),
    "number": Mask(frozenset({"integer", "number"}), _number, frozenset({"percent", "spread", "min", "max"})),
    "address": Mask(frozenset({"address"}), _address),
    "json": Mask(frozenset({"document"}), lambda value: value.sql),
}
"""Name → mask. ``json`` is put together by ``documents``."""
