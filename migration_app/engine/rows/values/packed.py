"""Values of a fixed width, kept as the bytes in which PostgreSQL sends them: millions of them take little room."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, overload
from uuid import UUID

_EPOCH: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - of PostgreSQL's own reckoning (src/include/datatype/timestamp.h)
_FIRST_DAY: Final = _EPOCH.toordinal()
_MOMENT: Final = "{0} between '0002-01-01' and '9998-12-31'"


@dataclass(frozen=True)
class Width:
    """A type that is packed: how SQL sends it, which values can be read back, and how."""

    send: str
    fits: str
    size: int
    read: Callable[[bytes], Any]


def _int(data: bytes) -> int:
    return int.from_bytes(data, "big", signed=True)


_WIDTHS: Final = {
    **dict.fromkeys(("int2", "int4", "int8"), Width("int8send({0})", "{0} is not null", 8, _int)),
    "uuid": Width("uuid_send({0})", "{0} is not null", 16, lambda data: UUID(bytes=data)),
    "date": Width("date_send({0})", _MOMENT, 4, lambda data: date.fromordinal(_FIRST_DAY + _int(data))),
    "timestamp": Width("timestamp_send({0})", _MOMENT, 8, lambda data: _EPOCH + timedelta(microseconds=_int(data))),
    "timestamptz": Width(
        "timestamptz_send({0})",
        _MOMENT,
        8,
        lambda data: _EPOCH.replace(tzinfo=UTC) + timedelta(microseconds=_int(data)),
    ),
}


def width(type_name: str) -> Width | None:
    """Give how a type is packed; None where its values differ in width."""
    return _WIDTHS.get(type_name)


class Packed(Sequence[Any]):
    """Values that are read back one by one."""

    def __init__(self, of: Width, data: bytes) -> None:
        self._of, self._data = of, data

    def __len__(self) -> int:
        return len(self._data) // self._of.size

    @overload
    def __getitem__(self, place: int) -> Any: ...  # noqa: ANN401 - a value of the type
    @overload
    def __getitem__(self, place: slice) -> Sequence[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        start = range(len(self))[place] * self._of.size
        return self._of.read(self._data[start : start + self._of.size])


def unpacked(of: Width, data: bytes) -> Sequence[Any]:
    """Give the values: whole numbers that follow one another as a range, others as they are sent."""
    if of.read is not _int:
        return Packed(of, data)
    numbers = array("q", data)
    if sys.byteorder == "little":
        numbers.byteswap()
    if numbers and numbers[-1] - numbers[0] + 1 == len(numbers):
        follow = range(numbers[0], numbers[-1] + 1)
        return follow if array("q", follow) == numbers else numbers
    return numbers
