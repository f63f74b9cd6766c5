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
    "Hal Ber Stan Wol Kess Mar Tor Vand Grim Lund Alt Roth Eich Nord Fenn Sand",
    "der vik mar lin ber gen nes tal wer ham ker den ler bro mel nor",
    "stam holt feld wald quist berg haus mann gard sund dorf lind vall rup nes zen",
)
_PLACE: Final = (
    "Alder Brack Castel Dunn Elver Farrow Grey Hollow Iron Kestrel Lark Mossy North Otter Quill Raven",
    "bury combe ditch fold garth haven keld minster mouth reach sedge stow thwaite toft wick yard",
)
"""Sixteen syllables each; their number is what four bits can tell."""


def first_name(hashed: str) -> str:
    """Give the SQL of one of 256 first names."""
    return _made(_FIRST, hashed, 0)


def last_name(hashed: str) -> str:
    """Give the SQL of one of 4,096 last names."""
    return _made(_LAST, hashed, 2)


def place_name(hashed: str) -> str:
    """Give the SQL of one of 256 names of places."""
    return _made(_PLACE, hashed, 6)


def invented() -> Iterator[str]:
    """Give every name of one word that there is: a value like it says nothing of anybody."""
    for pools in (_FIRST, _LAST, _PLACE):
        yield from ("".join(parts) for parts in product(*map(str.split, pools)))


def _made(pools: tuple[str, ...], hashed: str, start: int) -> str:
    return " || ".join(
        _picked(pool.split(), f"pg_catalog.get_byte({hashed}, {start + n})") for n, pool in enumerate(pools)
    )


def _picked(pool: list[str], byte: str) -> str:
    # Bytes are cut out in no time, wherever they lie; characters of a text, and elements of an array, are counted off.
    width = max(map(len, pool))
    packed = literal("".join(each.ljust(width) for each in pool))
    cut = f"pg_catalog.substr({packed}::bytea, 1 + {width} * ({byte} & 15), {width})"
    return f"pg_catalog.rtrim(pg_catalog.convert_from({cut}, 'UTF8'))"
