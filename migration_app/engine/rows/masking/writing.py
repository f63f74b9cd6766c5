"""Pieces of SQL that masks are made of: bits of a hash, hexadecimal digits, text that says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migration_app.engine.sql import literal

if TYPE_CHECKING:
    from .choice import Value

_WORDS: Final = (
    "velta moru sindel pakra tovin eshal brune kitto lammer dorsi aveth gullo nerim osta "
    "pelwa quindo ruska temmel ulvo wistra yandel zorpe "
)
_TIMES: Final = 3
"""How often the words stand in the statement: a text shorter than all but one of them is cut out of that."""
_CODE: Final = 17
"""Characters of a blank and 64 bits in hexadecimal."""


def bits(hashed: str, start: int, count: int) -> str:
    """Give ``count`` bytes of the hash, 7 at the most, as a bigint that is not negative."""
    parts = (f"(pg_catalog.get_byte({hashed}, {start + n})::int8 << {8 * (count - 1 - n)})" for n in range(count))
    return f"({' | '.join(parts)})"


def hexed(hashed: str, count: int) -> str:
    """Give the hash's last ``count`` bytes in hexadecimal."""
    return f"pg_catalog.encode(pg_catalog.substr({hashed}, {33 - count}), 'hex')"


def cut(value: Value, made: str) -> str:
    """Give the text, cut to what the column takes."""
    return made if value.limit is None else f"pg_catalog.left({made}, {value.limit})"


def unlike(value: Value, made: str) -> str:
    """Give the text cut to the column's length, with 64 bits of the hash behind it where no two may be alike."""
    if not value.unique:
        return cut(value, made)
    head = made if value.limit is None else f"pg_catalog.left({made}, {value.limit - _CODE})"
    return f"{head} || ' ' || {hexed(value.hashed, 8)}"


ROOM: Final = _CODE + 1
"""Characters that a text needs to be unlike every other."""


def filler(text: str, hashed: str) -> str:
    """Give words that mean nothing, as long as the text."""
    size, length = len(_WORDS), f"pg_catalog.length({text})"
    start = f"1 + (pg_catalog.get_byte({hashed}, 0) % {size})"
    repeated = f"pg_catalog.repeat({literal(_WORDS)}, 2 + {length} / {size})"
    # Bytes are cut out in no time, wherever they lie; characters of a text are counted off.
    short = f"pg_catalog.substr({literal(_WORDS * _TIMES)}::bytea, {start}, {length})"
    return (
        f"case when {length} <= {size * (_TIMES - 1)} then pg_catalog.convert_from({short}, 'UTF8') "
        f"else pg_catalog.substr({repeated}, {start}, {length}) end"
    )


_LETTERS: Final = "bcdfghjkmnprstvw"


def digits_kept(text: str, hashed: str, *, lead: str = "", letters: bool = False) -> str:
    """Give the text with other digits, and other letters if wanted, where digits and letters are."""
    shown = f"pg_catalog.encode({hashed}, 'hex')"
    made = text
    if letters:
        small = f"pg_catalog.translate({shown}, '0123456789abcdef', {literal(_LETTERS)})"
        made = _filled(_filled(made, "[a-z]", small), "[A-Z]", f"pg_catalog.upper({small})")
    return _filled(made, "[0-9]", f"{literal(lead)} || pg_catalog.translate({shown}, 'abcdef', '271828')")


def phone_digits(text: str, hashed: str) -> str:
    """Give the text with other digits, the first three 999."""
    # Counted once: translate() takes longer than all the rest.
    digits = f"pg_catalog.length(pg_catalog.translate({text}, ' +()/-', ''))"
    drawn = bits(hashed, 8, 7)
    cases = " ".join(f"when {n} then {999 * 10 ** (n - 3)} + {drawn} % {10 ** (n - 3)}" for n in range(4, 18))
    # A number's template: zeros stand for digits, and what isn't part of one stands for itself.
    template = f"'FM' || pg_catalog.translate({text}, '123456789', '000000000')"
    usual = f"case when {text} ~ '^[0-9 +()/-]+$' then pg_catalog.to_char(case {digits} {cases} end, {template}) end"
    return f"coalesce({usual}, {digits_kept(text, hashed, lead='999')})"


def _filled(text: str, pattern: str, characters: str) -> str:
    """Put the characters where the pattern finds one; format() passes over arguments that it has no place for."""
    spelled = f"pg_catalog.regexp_replace(pg_catalog.replace({text}, '%', '%%'), '{pattern}', '%s', 'g')"
    repeated = f"pg_catalog.string_to_array(pg_catalog.repeat({characters}, 1 + pg_catalog.length({text}) / 64), null)"
    return f"pg_catalog.format({spelled}, variadic {repeated})"
