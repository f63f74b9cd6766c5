"""Values of each type from random numbers, within a column's limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from . import pools
from .limits import Limits
from .meaning import Pool, numbers_by_name, text_by_name
from .patterns import Pattern

if TYPE_CHECKING:
    from .kinds import Kind

Scalar = Callable[[int], Any]
"""Makes a value of a 64-bit number."""

FIRST: Final = datetime(2024, 1, 1, tzinfo=UTC)
LAST: Final = datetime(2026, 1, 1, tzinfo=UTC)
INTEGERS: Final = {"int2": 2**15 - 1, "int4": 2**31 - 1, "int8": 2**63 - 1, "oid": 2**31 - 1}
TEXTS: Final = frozenset({"text", "varchar", "bpchar", "name", "citext", "char"})
SMALL: Final = 1024
"""Whole numbers of which there are no more are kept as texts."""
_DAYS: Final = (LAST - FIRST).days
_SECONDS: Final = _DAYS * 86400


def scalar(kind: Kind, name: str, limits: Limits) -> Scalar | None:  # noqa: PLR0911 - a type, an answer
    """Give what makes values; None for a type that isn't known."""
    choices = limits.choices if limits.choices is not None else list(kind.labels)
    if choices:
        return Pool([choice for choice in choices if choice not in limits.banned] or choices)
    if kind.name in INTEGERS:
        low, high = integer_bounds(kind, name, limits)
        span = max(high - low + 1, 1)
        return Pool(range(low, low + span)) if span <= SMALL else lambda n: low + n % span
    if kind.name in {"numeric", "float4", "float8", "money"}:
        return _number(kind, name, limits)
    if kind.name in TEXTS:
        return _text(kind, name, limits)
    if kind.name in {"date", "timestamp", "timestamptz"}:
        return _moment(kind, limits)
    if kind.element is not None and kind.category == "A":
        return _array(kind.element, name, limits)
    if kind.subtype is not None:
        return _range(kind)
    if kind.fields:
        return _composite(kind.fields, name)
    return _plain(kind)


def integer_bounds(kind: Kind, name: str, limits: Limits) -> tuple[int, int]:
    """Give the least and the greatest whole number."""
    most = INTEGERS[kind.name]
    low, high = numbers_by_name(name)
    if limits.low is not None:
        wanted = _whole(limits.low, up=True) + (limits.low_strict and limits.low == _whole(limits.low, up=True))
        high = high if wanted < high else wanted + max(high - low, 10)
        low = max(low, wanted) if wanted <= low else wanted
    if limits.high is not None:
        wanted = _whole(limits.high, up=False) - (limits.high_strict and limits.high == _whole(limits.high, up=False))
        if wanted < low:
            bottom = wanted - max(high - low, 10)
            low = bottom if limits.low is None else low
        high = min(high, wanted)
    return max(low, 0 if kind.name == "oid" else -most), min(high, most)


def _whole(value: Any, *, up: bool) -> int:  # noqa: ANN401 - a number
    whole = int(value)
    if up and value > whole:
        return whole + 1
    return whole - 1 if not up and value < whole else whole


def _number(kind: Kind, name: str, limits: Limits) -> Scalar:
    digits, scale = kind.precision or (12, 2)
    unit = Decimal(1).scaleb(-scale)
    low, high = (Decimal(bound) for bound in numbers_by_name(name))
    high = min(high, Decimal(10) ** (digits - scale) - unit)
    low = min(low, high)
    if limits.low is not None:
        wanted = Decimal(limits.low) + (unit if limits.low_strict else 0)
        high = high if wanted < high else wanted + 100 * unit
        low = max(low, wanted)
    if limits.high is not None:
        wanted = Decimal(limits.high) - (unit if limits.high_strict else 0)
        low = low if low <= wanted or limits.low is not None else wanted - 100 * unit
        high = min(high, wanted)
    first = int((low / unit).to_integral_value())
    span = max(int((high / unit).to_integral_value()) - first + 1, 1)
    if kind.name in {"float4", "float8"}:
        return lambda n: float(Decimal(first + n % span).scaleb(-scale))
    return lambda n: Decimal(first + n % span).scaleb(-scale)


def _text(kind: Kind, name: str, limits: Limits) -> Scalar:
    longest = min((v for v in (kind.length, limits.longest) if v is not None), default=None)
    if limits.patterns:
        pattern = Pattern(limits.patterns[0], longest)
        return lambda n: pattern.text(n)[:longest]
    make, shortest = text_by_name(name), limits.shortest
    if kind.name == "char":
        return lambda n: "abcdefghijklmnopqrstuvwxyz"[n % 26]
    if longest is not None and longest <= 3:  # noqa: PLR2004 - a code
        return code(longest)

    if isinstance(make, Pool):
        lengths = [len(value) for value in make.values]
        if min(lengths) >= shortest and (longest is None or max(lengths) <= longest):
            return make

    def text(n: int) -> str:
        found = make(n)
        if len(found) < shortest:
            found = (found + f"{n:016x}" * (1 + shortest // 16))[: max(shortest, len(found))]
        return found if longest is None or len(found) <= longest else found[:longest].rstrip() or "x"

    return text


def code(length: int) -> Scalar:
    """Give what makes codes of capital letters."""

    def make(n: int) -> str:
        letters = []
        for _ in range(length):
            n, digit = divmod(n, 26)
            letters.append(chr(65 + digit))
        return "".join(reversed(letters))

    return make


def time_bounds(kind: Kind, limits: Limits) -> tuple[datetime, datetime]:
    """Give the first and the last moment."""
    low, high = (_moment_of(bound) for bound in (limits.low, limits.high))
    first = FIRST if low is None else max(FIRST, low)
    last = LAST if high is None else min(LAST, high)
    step = timedelta(days=1) if kind.name == "date" else timedelta(seconds=1)
    if low is not None and first >= LAST:
        last = first + timedelta(days=365) if high is None else high
    if high is not None and last <= first:
        first = last - timedelta(days=365) if low is None else low
    return first + (step if limits.low_strict else step * 0), last - (step if limits.high_strict else step * 0)


def _moment_of(value: Any) -> datetime | None:  # noqa: ANN401 - a date, a timestamp, or neither
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else None


def _moment(kind: Kind, limits: Limits) -> Scalar:
    first, last = time_bounds(kind, limits)
    if kind.name == "date":
        day, days = first.date(), max((last - first).days, 1)
        return lambda n: day + timedelta(days=n % days)
    return Moment(first, max(int((last - first).total_seconds()), 1))


class Moment:
    """Moments within some seconds of a first one."""

    def __init__(self, first: datetime, seconds: int) -> None:
        self._first, self._seconds = first, seconds
        self._days = [f"{first.date() + timedelta(days=day)} " for day in range(seconds // 86400 + 2)]
        since = first - datetime(first.year, first.month, first.day, tzinfo=UTC)
        self._start = int(since.total_seconds())
        self._short = first.microsecond == 0

    def __call__(self, n: int) -> datetime:
        """Give the moment that the number picks."""
        return self._first + timedelta(seconds=n % self._seconds)

    def text(self, n: int) -> str:
        """Give it as a field of COPY text: what str() gives, much faster."""
        if not self._short:
            return str(self(n))
        day, rest = divmod(self._start + n % self._seconds, 86400)
        minute, second = divmod(rest, 60)
        return f"{self._days[day]}{_MINUTES[minute]}{_SECONDS_OF[second]}"


_MINUTES: Final = [f"{hour:02d}:{minute:02d}:" for hour in range(24) for minute in range(60)]
_SECONDS_OF: Final = [f"{second:02d}+00:00" for second in range(60)]


def _array(element: Kind, name: str, limits: Limits) -> Scalar | None:
    one = scalar(element, name, Limits(choices=limits.choices))
    if one is None:
        return None
    return lambda n: [one(n >> 7 * place) for place in range(1, 2 + n % 2)]


def _composite(fields: tuple[Kind, ...], name: str) -> Scalar | None:
    parts = [scalar(field, name, Limits()) for field in fields]
    if any(part is None for part in parts):
        return None
    return lambda n: tuple(part(n >> 3 * place) for place, part in enumerate(parts) if part is not None)


def _range(kind: Kind) -> Scalar:
    def text(n: int) -> str:
        found = interval(kind.subtype, n % 1000)
        return f"{{{found}}}" if kind.multirange else found

    return text


def interval(subtype: Kind | None, number: int) -> str:
    """Give a range that overlaps none of another number."""
    name = subtype.name if subtype else ""
    if name == "date":
        day = FIRST.date() + timedelta(days=number)
        return f"[{day},{day + timedelta(days=1)})"
    if name in {"timestamp", "timestamptz"}:
        moment = FIRST + timedelta(hours=number)
        return f'["{moment}","{moment + timedelta(minutes=50)}")'
    return f"[{number * 10},{number * 10 + 8})"


_DOCUMENTS: Final = Pool([{"note": thing, "n": number} for number in range(25) for thing in pools.THINGS])
_PLAIN: Final[dict[str, Callable[[int], Any]]] = {
    "bool": lambda n: n % 2 == 0,
    "uuid": lambda n: (
        f"{n >> 32:08x}-{(n >> 16) & 0xFFFF:04x}-4{n & 0xFFF:03x}-8{(n >> 40) & 0xFFF:03x}-{n >> 16:012x}"
    ),
    "json": _DOCUMENTS,
    "jsonb": _DOCUMENTS,
    "jsonpath": lambda n: f"$.a{n % 9}",
    "xml": lambda n: f"<p>{pools.THINGS[n % 40]}</p>",
    "bytea": lambda n: n.to_bytes(8, "big"),
    "inet": lambda n: f"192.0.2.{1 + n % 254}",
    "cidr": lambda n: f"10.{n % 256}.{(n >> 8) % 256}.0/24",
    "macaddr": lambda n: f"08:00:2b:{n % 256:02x}:{(n >> 8) % 256:02x}:{(n >> 16) % 256:02x}",
    "macaddr8": lambda n: f"08:00:2b:01:02:{n % 256:02x}:{(n >> 8) % 256:02x}:{(n >> 16) % 256:02x}",
    "time": lambda n: f"{n % 24:02d}:{(n >> 8) % 60:02d}:{(n >> 16) % 60:02d}",
    "timetz": lambda n: f"{n % 24:02d}:{(n >> 8) % 60:02d}:{(n >> 16) % 60:02d}+00",
    "interval": lambda n: f"{n % 30} days {(n >> 8) % 24:02d}:{(n >> 16) % 60:02d}:00",
    "tsvector": lambda n: f"{pools.QUALITIES[n % 31]} {pools.THINGS[(n >> 8) % 40]}",
    "tsquery": lambda n: f"{pools.QUALITIES[n % 31]} & {pools.THINGS[(n >> 8) % 40]}",
    "point": lambda n: f"({n % 180},{(n >> 8) % 90})",
    "line": lambda n: f"{{1,-1,{n % 100}}}",
    "lseg": lambda n: f"[(0,0),({1 + n % 100},1)]",
    "box": lambda n: f"({1 + n % 100},1),(0,0)",
    "path": lambda n: f"[(0,0),({1 + n % 100},1)]",
    "polygon": lambda n: f"((0,0),({1 + n % 100},1),(1,0))",
    "circle": lambda n: f"<({n % 100},0),{1 + (n >> 8) % 9}>",
    "pg_lsn": lambda n: f"0/{n % 2**31:X}",
    "hstore": lambda n: f'"note"=>"{pools.THINGS[n % 40]}"',
    "ltree": lambda n: f"{pools.QUALITIES[n % 31]}.{pools.THINGS[(n >> 8) % 40]}",
    "regclass": lambda _: "pg_catalog.pg_class",
    "regtype": lambda _: "pg_catalog.int4",
}


def _plain(kind: Kind) -> Scalar | None:
    if kind.name in {"bit", "varbit"}:
        size = max(kind.modifier, 1)
        return lambda n: f"{n % 2**size:0{size}b}"
    if kind.name in {"vector", "halfvec"}:
        size = max(kind.modifier, 3)
        return lambda n: "[" + ",".join(str((n >> place % 50) % 1000 / 1000) for place in range(size)) + "]"
    return _PLAIN.get(kind.name)
