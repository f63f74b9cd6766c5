"""Values of a fixed width, kept as the bytes in which PostgreSQL sends them: millions of them take little room."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import repeat
from operator import add, floordiv, mod
from typing import Any, Final, overload
from uuid import UUID

from .filed import Items, decoded

_EPOCH: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - of PostgreSQL's own reckoning (src/include/datatype/timestamp.h)
_EPOCH_UTC: Final = _EPOCH.replace(tzinfo=UTC)
_FIRST_DAY: Final = _EPOCH.toordinal()
_DAY: Final = 86_400
"""Seconds."""
_SECOND: Final = 1_000_000
"""Microseconds."""
_MOMENT: Final = "{0} between '0002-01-01' and '9998-12-31'"


@dataclass(frozen=True)
class Width:
    """A type that is packed: how SQL sends it, which values can be read back, and how they are."""

    send: str
    fits: str
    code: str
    """How ``struct`` writes what is sent."""
    read: Callable[[Any], Any] | None = None
    """Makes a value of what is kept, where it isn't that."""
    texts: Callable[[Sequence[Any]], Sequence[str]] = lambda items: list(map(str, items))
    """Makes their fields of COPY text: what str() gives of the values."""


class _Dates(dict[int, str]):
    def __missing__(self, days: int) -> str:
        self[days] = found = str(date.fromordinal(_FIRST_DAY + days))
        return found


_DATES: Final = _Dates()
"""Days since the epoch → the date: within the few centuries of anyone's rows."""


@cache
def _times() -> list[str]:
    return [f" {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(_DAY)]


def _date_texts(items: Sequence[int]) -> Sequence[str]:
    return list(map(_DATES.__getitem__, items))


def _moment_texts(zone: str) -> Callable[[Sequence[int]], Sequence[str]]:
    @cache
    def times() -> list[str]:
        return [f"{time}{zone}" for time in _times()]

    def texts(items: Sequence[int]) -> Sequence[str]:
        seconds = list(map(floordiv, items, repeat(_SECOND)))
        days, rest = map(floordiv, seconds, repeat(_DAY)), map(mod, seconds, repeat(_DAY))
        if sum(items) == sum(seconds) * _SECOND:
            return list(map(add, map(_DATES.__getitem__, days), map(times().__getitem__, rest)))
        parts = map(mod, items, repeat(_SECOND))
        return [
            f"{_DATES[day]}{_times()[second]}{f'.{part:06d}' if part else ''}{zone}"
            for day, second, part in zip(days, rest, parts, strict=True)
        ]

    return texts


def _uuid_texts(items: Sequence[bytes]) -> Sequence[str]:
    return [f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}" for h in map(bytes.hex, items)]


_WIDTHS: Final = {
    **dict.fromkeys(("int2", "int4", "int8"), Width("int8send({0})", "{0} is not null", "q")),
    "uuid": Width("uuid_send({0})", "{0} is not null", "16s", lambda data: UUID(bytes=data), _uuid_texts),
    "date": Width("date_send({0})", _MOMENT, "i", lambda days: date.fromordinal(_FIRST_DAY + days), _date_texts),
    "timestamp": Width(
        "timestamp_send({0})", _MOMENT, "q", lambda moment: _EPOCH + timedelta(microseconds=moment), _moment_texts("")
    ),
    "timestamptz": Width(
        "timestamptz_send({0})",
        _MOMENT,
        "q",
        lambda moment: _EPOCH_UTC + timedelta(microseconds=moment),
        _moment_texts("+00:00"),
    ),
}


def width(type_name: str) -> Width | None:
    """Give how a type is packed; None where its values differ in width."""
    return _WIDTHS.get(type_name)


class Packed(Sequence[Any]):
    """Values that are read back when they are asked for."""

    def __init__(self, of: Width, items: Items) -> None:
        self._read, self._texts, self._items = of.read or (lambda value: value), of.texts, items

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, place: int) -> Any: ...  # noqa: ANN401 - a value of the type
    @overload
    def __getitem__(self, place: slice) -> Sequence[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        found = self._items[place]
        return list(map(self._read, found)) if isinstance(place, slice) else self._read(found)

    def some(self, places: Sequence[int]) -> list[Any]:
        """Give the values at places."""
        return list(map(self._read, self._items.some(places)))

    def texts(self, places: Sequence[int]) -> Sequence[str]:
        """Give some as fields of COPY text."""
        return self._texts(self._items.some(places))


class Gathering:
    """Values on their way from the server: whole numbers that follow one another become a range."""

    def __init__(self, of: Width) -> None:
        self._of, self._items = of, Items(of.code)
        self._follow: range | None = range(0) if of.read is None else None

    def add(self, data: bytes) -> None:
        """Take values as the server sends them."""
        at = len(self._items)
        self._items.add(data)
        if self._follow is not None and data:
            items = decoded(self._of.code, data)
            start = self._follow.start if at else items[0]
            follow = range(start, start + len(self._items))
            self._follow = follow if items == array(self._of.code, follow[at:]) else None

    def values(self) -> Sequence[Any]:
        """Give what was gathered."""
        return self._follow if self._follow is not None else Packed(self._of, self._items)
