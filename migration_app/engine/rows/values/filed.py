"""Items of a fixed width, many of them in a temporary file: the memory that they take doesn't grow with them."""

from __future__ import annotations

import os
import struct
import sys
import weakref
from array import array
from collections.abc import Sequence
from functools import cached_property
from tempfile import mkstemp
from typing import Any, Final, overload

from migration_app.engine.temporary import writing_temporary

_IN_MEMORY: Final = 4 * 1024 * 1024
"""Bytes that are kept without a file."""
_NUMBERS: Final = frozenset({"i", "q"})
_SPARSE: Final = 16
"""Items between two that are wanted, from which on each is read for itself."""


class Items(Sequence[Any]):
    """Items that were put behind one another, read at any place."""

    def __init__(self, code: str) -> None:
        """Hold items as ``struct`` writes them: ``q``, ``i``, ``16s``; in network order."""
        self._code, self._width = code, struct.calcsize(f">{code}")
        self._data = bytearray()
        self._file: int | None = None
        self._size = 0

    def add(self, data: bytes) -> None:
        """Put items behind the others.

        Raises:
            NoRoom: the disk that holds temporary files is full.

        """
        self.__dict__.pop("_numbers", None)
        self._size += len(data) // self._width
        self._data += data
        if len(self._data) > _IN_MEMORY or self._file is not None:
            self._put_away()

    def _put_away(self) -> None:
        with writing_temporary():
            if self._file is None:
                self._file, path = mkstemp(prefix="dbsep-")
                os.unlink(path)  # noqa: PTH108 - it has a descriptor, and needs no name any more
                weakref.finalize(self, os.close, self._file)
            left = memoryview(self._data)
            while left:
                left = left[os.write(self._file, left) :]
        self._data = bytearray()

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, place: int) -> Any: ...  # noqa: ANN401 - whatever is kept
    @overload
    def __getitem__(self, place: slice) -> list[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        found = range(self._size)[place]
        return self.some(found) if isinstance(found, range) else self._read(found, found + 1)[0]

    def some(self, places: Sequence[int]) -> list[Any]:
        """Give the items at places, of which none is negative."""
        if not places:
            return []
        if self._file is None and self._code in _NUMBERS:
            return list(map(self._numbers.__getitem__, places))
        first, stop = min(places), max(places) + 1
        if stop - first > _SPARSE * len(places):
            return [self._read(place, place + 1)[0] for place in places]
        near = self._read(first, stop)
        return list(near) if isinstance(places, range) and places.step == 1 else [near[at - first] for at in places]

    @cached_property
    def _numbers(self) -> array[int]:
        """All of them, where they are few."""
        return decoded(self._code, self._data)

    def _read(self, first: int, stop: int) -> Sequence[Any]:
        start, size = first * self._width, (stop - first) * self._width
        if self._file is None:
            data: bytes | bytearray = self._data[start : start + size]
        else:
            data = os.pread(self._file, size, start)
        if self._code in _NUMBERS:
            return decoded(self._code, data)
        return [bytes(data[at : at + self._width]) for at in range(0, size, self._width)]


def decoded(code: str, data: bytes | bytearray) -> array[int]:
    """Give the numbers that are written in network order."""
    found = array(code, data)
    if sys.byteorder == "little":
        found.byteswap()
    return found
