"""Values that no two rows share, each from the row's number alone: nothing used is remembered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from hashlib import blake2b
from math import gcd
from typing import TYPE_CHECKING, Any, Final

from .limits import Limits
from .meaning import text_by_name
from .patterns import Pattern
from .scalars import INTEGERS, TEXTS, code, interval, time_bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .kinds import Kind

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_UNBOUNDED: Final = 2**40
_SHORT: Final = 8


@dataclass(frozen=True)
class Distinct:
    """Gives row number → value, another for each row."""

    value: Callable[[int], Any]
    capacity: int
    """How many rows there can be."""
    whole: Callable[[range], Sequence[Any]] | None = None
    """The same for rows that follow one another, at once."""


def worth(kind: Kind, limits: Limits) -> int:
    """Give how well a column of this kind tells rows apart; 0 where it can't by itself."""
    if limits.choices is not None or kind.labels or kind.name in {"bool", "char"}:
        return 0
    if kind.name in INTEGERS:
        return 90 if limits.high is None or limits.low is None else 10
    if kind.name in TEXTS:
        longest = min((v for v in (kind.length, limits.longest) if v is not None), default=99)
        return 80 if longest > _SHORT else 20
    return {"uuid": 100, "timestamptz": 60, "timestamp": 60, "date": 50, "numeric": 40, "float8": 40, "bytea": 30}.get(
        kind.name, 45 if kind.subtype or kind.name in _BY_NUMBER else (15 if kind.name in {"inet", "ltree"} else 0)
    )


def distinct(  # noqa: PLR0911 - a type, an answer
    kind: Kind, name: str, limits: Limits, path: tuple[object, ...], *, serial: bool
) -> Distinct | None:
    """Give what tells rows apart; ``serial`` numbers count from 1, others are spread."""
    if kind.name in INTEGERS:
        return _whole(kind, limits, path, serial=serial)
    if kind.name in TEXTS:
        return _text(kind, name, limits, path)
    if kind.name in {"date", "timestamp", "timestamptz"}:
        first, last = time_bounds(kind, limits)
        if kind.name == "date":
            day = first.date()
            return Distinct(lambda r: day + timedelta(days=r), max((last - first).days, 1) if limits.high else 10**6)
        step = timedelta(seconds=61)
        room = int((last - first) / step) if limits.high else _UNBOUNDED
        return Distinct(lambda r: first + r * step, max(room, 1))
    if kind.name == "uuid":
        mixed = blake2b(repr(path).encode(), digest_size=8).hexdigest()
        head = f"{mixed[:8]}-{mixed[8:12]}-4{mixed[12:15]}-8{mixed[13:16]}-"
        return Distinct(lambda r: f"{head}{r:012x}", 2**48)
    if kind.name in {"numeric", "float8"}:
        return _number(kind, limits)
    if kind.subtype is not None:
        braces = kind.multirange
        return Distinct(lambda r: f"{{{interval(kind.subtype, r)}}}" if braces else interval(kind.subtype, r), 2**27)
    return _others(kind, limits)


def _others(kind: Kind, limits: Limits) -> Distinct | None:  # noqa: PLR0911 - a type, an answer
    if kind.name == "bytea":
        return Distinct(lambda r: r.to_bytes(8, "big"), 2**60)
    if kind.name == "inet":
        return Distinct(lambda r: f"10.{r >> 16}.{(r >> 8) % 256}.{r % 256}", 2**24)
    if kind.name == "ltree":
        return Distinct(lambda r: f"a.n{r}", _UNBOUNDED)
    if kind.name == "bool":
        return Distinct(lambda r: r % 2 == 0, 2)
    choices = limits.choices if limits.choices is not None else list(kind.labels)
    if choices:
        return Distinct(lambda r: choices[r], len(choices))
    if kind.name in _BY_NUMBER:
        return Distinct(_BY_NUMBER[kind.name], 86400 if kind.name == "time" else _UNBOUNDED)
    return None


_BY_NUMBER: Final[dict[str, Callable[[int], Any]]] = {
    "jsonb": lambda r: {"n": r},
    "point": lambda r: f"({r},0)",
    "circle": lambda r: f"<({10 * r},0),1>",
    "box": lambda r: f"({10 * r + 1},1),({10 * r},0)",
    "polygon": lambda r: f"(({10 * r},0),({10 * r + 1},1),({10 * r + 1},0))",
    "time": lambda r: f"{r // 3600:02d}:{r // 60 % 60:02d}:{r % 60:02d}",
}


def _whole(kind: Kind, limits: Limits, path: tuple[object, ...], *, serial: bool) -> Distinct:
    most = INTEGERS[kind.name]
    low = 1 if limits.low is None else int(limits.low) + limits.low_strict
    high = most if limits.high is None else int(limits.high) - limits.high_strict
    if high < low:
        low = min(-most, high) if limits.low is None else low
    if limits.choices is not None:
        choices = limits.choices
        return Distinct(lambda r: choices[r], len(choices))
    room = high - low + 1
    if serial or room > 10**6:
        return Distinct(lambda r: low + r, room, lambda rows: range(low + rows.start, low + rows.stop))
    factor, shift = _mixer(room, path)
    return Distinct(lambda r: low + (factor * r + shift) % room, room)


def _mixer(room: int, path: tuple[object, ...]) -> tuple[int, int]:
    """Give a factor that shares no divisor with the room, so that no two rows meet, and a shift."""
    number = int.from_bytes(blake2b(repr(path).encode(), digest_size=8).digest(), "big")
    factor = max(int(room * 0.618), 1)
    while gcd(factor, room) != 1:
        factor += 1
    return factor, number % max(room, 1)


def _number(kind: Kind, limits: Limits) -> Distinct:
    digits, scale = kind.precision or (18, 0)
    unit = Decimal(1).scaleb(-scale)
    low = Decimal(0) if limits.low is None else Decimal(limits.low) + (unit if limits.low_strict else 0)
    room = 10**digits if limits.high is None else int((Decimal(limits.high) - low) / unit)
    if kind.name == "float8":
        return Distinct(lambda r: float(low + r), _UNBOUNDED)
    return Distinct(lambda r: low + r * unit, max(room, 1))


def base36(number: int) -> str:
    """Give the number in digits and small letters."""
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
        if not number:
            return text


def _text(kind: Kind, name: str, limits: Limits, path: tuple[object, ...]) -> Distinct:
    longest = min((v for v in (kind.length, limits.longest) if v is not None), default=200)
    if limits.choices is not None:
        choices = limits.choices
        return Distinct(lambda r: choices[r], len(choices))
    if limits.patterns and "@" not in limits.patterns[0]:
        pattern = Pattern(limits.patterns[0], longest)
        return Distinct(lambda r: pattern.text(r)[:longest], 10**4)
    if longest <= _SHORT:
        return Distinct(code(longest), 26**longest)
    start = int.from_bytes(blake2b(repr(path).encode(), digest_size=7).digest(), "big")
    make = text_by_name(name)
    if limits.shortest == longest:
        return Distinct(
            lambda r: (f"{(start * (r + 1)) % 2**64:016x}" * (longest // 16 + 1))[: longest - 8] + f"{r:08x}", 2**32
        )

    def text(r: int) -> str:
        found = make((start * (r + 1)) % 2**64)
        tail = base36(r).rjust(max(limits.shortest - len(found), 1), "0")
        if "@" in found:
            head, _, host = found.partition("@")
            return f"{head[: longest - len(tail) - len(host) - 2]}{tail}@{host}"
        return f"{found[: longest - len(tail) - 1]}-{tail}"

    return Distinct(text, _UNBOUNDED)
