"""Names of people and places that are nobody's: put together from syllables by a few bits of a keyed hash."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from migration_app.engine.sql import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRST: Final = (
    "Bel Cor Dav Eri Fal Gus Hel Iva Jor Kal Lin Mir Nor Ode Per Ros",
    "vina tric mond vinn teas liah norr dane garr selm wenn biah rust tinn ovan lynd",
)
_LAST: Final = (
    "Hald Bern Stan Wolk Kess Mart Torv Vand Grim Lund Altm Roth Eich Nord Fenn Sand",
    "er ik ar in en es al ow am or el un ot us iv ed",
    "holt feld wald berg haus mann gard sund dorf lind vall rupp ness zenn stam quis",
)
_PLACE: Final = (
    "Alder Brack Dunna Elver Farro Greyn Hollo Irons Kestr Larks Mossy North Otter Quill Raven Tansy",
    "bury cote dale fell ford gate holm keld lowe mere moor reed stow toft wick yard",
)
"""Sixteen syllables each, of one length; their number is what four bits can tell."""


def first_name(hashed: str) -> str:
    """Give the SQL of one of 256 first names."""
    return _text(_made(_FIRST, hashed, 0))


def last_name(hashed: str) -> str:
    """Give the SQL of one of 4,096 last names."""
    return _text(_made(_LAST, hashed, 2))


def full_name(hashed: str) -> str:
    """Give the SQL of a first and a last name."""
    return _text(f"{_made(_FIRST, hashed, 0)} || ' '::bytea || {_made(_LAST, hashed, 2)}")


def place_name(hashed: str) -> str:
    """Give the SQL of one of 256 names of places."""
    return _text(_made(_PLACE, hashed, 6))


def invented() -> Iterator[str]:
    """Give every name of one word that there is: a value like it says nothing of anybody."""
    for pools in (_FIRST, _LAST, _PLACE):
        yield from ("".join(parts) for parts in product(*map(str.split, pools)))


def _made(pools: tuple[str, ...], hashed: str, start: int) -> str:
    bytes_ = (f"pg_catalog.get_byte({hashed}, {start + n})" for n in range(len(pools)))
    return " || ".join(_picked(pool.split(), byte) for pool, byte in zip(pools, bytes_, strict=True))


def _picked(pool: list[str], byte: str) -> str:
    # Bytes are cut out in no time, wherever they lie; characters of a text, and elements of an array, are counted off.
    width = len(pool[0])
    return f"pg_catalog.substr({literal(''.join(pool))}::bytea, 1 + {width} * ({byte} & 15), {width})"


def _text(bytes_: str) -> str:
    return f"pg_catalog.convert_from({bytes_}, 'UTF8')"
