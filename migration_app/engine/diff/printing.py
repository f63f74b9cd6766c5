"""Whether two versions of PostgreSQL print the same expression: the newer leaves out what isn't needed."""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(r"""[eE]?'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|[^\w\s]""")


def printed_alike(older: object, newer: object) -> bool:
    """Tell whether the texts differ in nothing but a relation's name before its column, which the newer one lacks.

    PostgreSQL 15 prints ``SELECT orders.id FROM public.orders``, newer ones ``SELECT id FROM public.orders``.
    """
    if isinstance(older, str) and isinstance(newer, str):
        return _alike(_TOKEN.findall(older), _TOKEN.findall(newer))
    if isinstance(older, tuple) and isinstance(newer, tuple) and len(older) == len(newer):
        return all(one == other or printed_alike(one, other) for one, other in zip(older, newer, strict=True))
    return False


def _alike(older: list[str], newer: list[str]) -> bool:
    place = 0
    for number, word in enumerate(newer):
        bare = newer[number + 1 : number + 2] != ["."]
        if bare and older[place + 1 : place + 3] == [".", word]:
            place += 2
        if older[place : place + 1] != [word]:
            return False
        place += 1
    return place == len(older)
