"""Random numbers without state: each depends on the seed, a path and a row's number alone."""

from __future__ import annotations

import sys
from array import array
from functools import lru_cache
from hashlib import shake_128
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCK: Final = 64
"""Rows whose numbers are made at once: a hash costs as much as 60 rows of what it gives, and rows that lie apart need
one each."""
_KEPT: Final = 128


class Noise:
    """A stream of 64-bit numbers, one a row, found at any row without going through those before it."""

    __slots__ = ("_block", "_key")

    def __init__(self, *path: object) -> None:
        self._key = b"".join(len(part).to_bytes(2, "big") + part for part in (str(p).encode() for p in path))
        self._block = lru_cache(maxsize=_KEPT)(self._made)

    def _made(self, number: int) -> array[int]:
        return _words(self._bytes(number))

    def _bytes(self, number: int) -> bytes:
        return shake_128(self._key + number.to_bytes(8, "big")).digest(8 * BLOCK)

    def of(self, rows: Sequence[int]) -> Sequence[int]:
        """Give each row's number."""
        if isinstance(rows, range) and rows.step == 1 and len(rows):
            first, last = rows[0] // BLOCK, rows[-1] // BLOCK
            start = rows[0] - first * BLOCK
            if first == last:
                return self._block(first)[start : start + len(rows)]
            return _words(b"".join(map(self._bytes, range(first, last + 1))))[start : start + len(rows)]
        block = self._block
        return [block(row // BLOCK)[row % BLOCK] for row in rows]


def _words(found: bytes) -> array[int]:
    words = array("Q", found)
    if sys.byteorder == "big":
        words.byteswap()
    return words
