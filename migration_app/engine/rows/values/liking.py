"""Makes values whose shape is another database's: its ranges, its shares, its number of different ones."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from math import log
from typing import Any, Final

from migration_app.engine.rows.likeness.model import ColumnLikeness

from . import pools
from .distinct import base36
from .kinds import Kind
from .limits import Limits
from .scalars import INTEGERS, TEXTS, Scalar

_MASK: Final = 2**53 - 1
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_GOLDEN: Final = 0.6180339887498949
_FEW: Final = 12
"""Numbers up to which texts made of a column's name differ by themselves."""
_LONGEST: Final = 20_000
_KEPT: Final = 100_000
_EDGES: Final = (1.0, 8.0)


def nulls_of(like: ColumnLikeness) -> int:
    """Give how many of 256 values are null."""
    return min(max(round(like.nulls * 256), 1 if like.nulls > 0 else 0), 256)


def skew(like: ColumnLikeness, parents: int) -> float:
    """Give the power of a uniform number at which the first of so many parents gets the commonest one's share."""
    filled = 1 - like.nulls
    if not like.frequencies or filled <= 0 or parents < 2:  # noqa: PLR2004 - one is all there is
        return 1.0
    share = min(max(like.frequencies[0] / filled, 1e-9), 0.999)
    return min(max(log(parents) / -log(share), _EDGES[0]), _EDGES[1])


def liked(kind: Kind, limits: Limits, base: Scalar, like: ColumnLikeness, rows: int) -> Scalar:
    """Give what makes values of that shape; ``base`` makes those of which only their number is taken over."""
    if like.nulls >= 1:
        return base
    choices = limits.choices if limits.choices is not None else list(kind.labels)
    if choices or kind.name == "bool":
        return _chosen(choices or [True, False], limits, base, like)
    many = like.count(rows)
    one = _between(kind, limits, like.steps) if like.steps else None
    if one is None and kind.name in TEXTS and not limits.patterns:
        return _repeated(_text(kind, limits, base, like.width), like, many, rows)
    return base if one is None else _repeated(_placed(one), like, many, rows)


def _placed(at: Callable[[float], Any]) -> Callable[[int, int | None], Any]:
    """Give the value of the k-th of several far from those of its neighbours, and any by a random number."""
    return lambda n, k: at((n & _MASK) / (_MASK + 1) if k is None else ((k + 1) * _GOLDEN) % 1.0)


def _chosen(choices: Sequence[Any], limits: Limits, base: Scalar, like: ColumnLikeness) -> Scalar:
    allowed = [choice for choice in choices if choice not in limits.banned]
    labels = {"t": True, "f": False} if isinstance(allowed[0] if allowed else None, bool) else {}
    by_label = {labels.get(label, label): share for label, share in zip(like.labels, like.frequencies, strict=False)}
    shares = [by_label.get(choice, 0.0) for choice in allowed] if by_label else list(like.frequencies[: len(allowed)])
    shares += [0.0] * (len(allowed) - len(shares))
    if sum(shares) <= 0:
        return base
    ends = list(accumulate(shares))
    return lambda n: allowed[min(bisect_right(ends, (n & _MASK) / (_MASK + 1) * ends[-1]), len(allowed) - 1)]


def _repeated(one: Callable[[int, int | None], Any], like: ColumnLikeness, many: int, rows: int) -> Scalar:
    """Draw from so many different values, the commonest as often as they are; without end where nearly all differ."""
    if many > rows * (1 - like.nulls) * 0.9:
        return lambda n: one(n, None)
    filled = max(1 - like.nulls, 1e-9)
    ends = list(accumulate(share / filled for share in like.frequencies[:many]))
    common = min(ends[-1], 1.0) if ends else 0.0
    rest = many - len(ends)
    if rest <= 0:
        common = ends[-1]
    kept: dict[int, Any] = {}

    def make(n: int) -> Any:  # noqa: ANN401 - of the column's type
        u = (n & _MASK) / (_MASK + 1) * (1.0 if rest > 0 else common)
        k = bisect_right(ends, u) if u < common else len(ends) + int((u - common) / max(1 - common, 1e-12) * rest)
        k = min(k, many - 1)
        found = kept.get(k)
        if found is None:
            found = one((k << 20) | k, k)
            if len(kept) < _KEPT:
                kept[k] = found
        return found

    return make


def _between(kind: Kind, limits: Limits, steps: Sequence[float]) -> Callable[[float], Any] | None:
    """Give place between 0 and 1 → value; within the rules, whatever the other database holds."""

    def at(place: float) -> float:
        whole, part = divmod(place * (len(steps) - 1), 1)
        low = steps[int(whole)]
        return low + (steps[int(whole) + 1] - low) * part

    if kind.name in INTEGERS:
        most = INTEGERS[kind.name]
        low = -most if limits.low is None else int(limits.low) + limits.low_strict
        high = most if limits.high is None else int(limits.high) - limits.high_strict
        return lambda place: min(max(int(at(place)), low), high)
    if kind.name in {"numeric", "float4", "float8"}:
        return _decimal(kind, limits, at)
    if kind.name in {"date", "timestamp", "timestamptz"}:
        return _moment(kind, limits, at)
    return None


def _decimal(kind: Kind, limits: Limits, at: Callable[[float], float]) -> Callable[[float], Any]:
    digits, scale = kind.precision or (15, 4)
    unit = Decimal(1).scaleb(-scale)
    most = Decimal(10) ** (digits - scale) - unit
    low = -most if limits.low is None else Decimal(limits.low) + (unit if limits.low_strict else 0)
    high = most if limits.high is None else Decimal(limits.high) - (unit if limits.high_strict else 0)

    def make(place: float) -> Any:  # noqa: ANN401 - of the column's type
        found = min(max(Decimal(repr(at(place))).quantize(unit), low), high)
        return found if kind.name == "numeric" else float(found)

    return make


def _moment(kind: Kind, limits: Limits, at: Callable[[float], float]) -> Callable[[float], Any]:
    step = timedelta(days=1) if kind.name == "date" else timedelta(seconds=1)

    def make(place: float) -> Any:  # noqa: ANN401 - of the column's type
        found: Any = (_EPOCH + timedelta(days=at(place))).replace(microsecond=0)
        found = found.date() if kind.name == "date" else found
        if isinstance(limits.low, type(found)):
            found = max(found, limits.low + step * int(limits.low_strict))
        if isinstance(limits.high, type(found)):
            found = min(found, limits.high - step * int(limits.high_strict))
        return found

    return make


def _text(kind: Kind, limits: Limits, base: Scalar, width: int) -> Callable[[int, int | None], str]:
    longest = min((v for v in (kind.length, limits.longest) if v is not None), default=_LONGEST)
    wanted = min(max(width - 1, limits.shortest, 1), longest, _LONGEST)

    def text(n: int, k: int | None) -> str:
        found = str(base(n))
        tail = "" if k is not None and k < _FEW else f" {base36(k if k is not None else n >> 24 & 0xFFFFFF)}"
        if "@" in found or "://" in found:
            head, mark, host = found.partition("@") if "@" in found else (found, "", "")
            return f"{head}{tail.strip()}{mark}{host}"[:longest]
        spread = 1.0 if k is not None and k < _FEW else 0.6 + 0.8 * ((n >> 8 & 0xFFFF) / 0xFFFF)
        length = max(round(wanted * spread), limits.shortest, 1)
        turn = n
        while len(found) + len(tail) < length:
            turn = (turn * 6364136223846793005 + 1442695040888963407) & (2**64 - 1)
            found += f" {pools.QUALITIES[(turn >> 40) % 31]}"
        room = max(min(length, longest) - len(tail), 0)
        return f"{found[:room].rstrip()}{tail}"[:longest].strip().ljust(limits.shortest, "x") or "x"

    return text
