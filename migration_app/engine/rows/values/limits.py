"""What checks say of a column by itself, and of two columns' order: enough to satisfy most by construction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.rows.expressions import Node, Opaque, columns_of, conjuncts
from migration_app.engine.rows.expressions.evaluating import made
from migration_app.engine.rows.expressions.nodes import bare

if TYPE_CHECKING:
    from collections.abc import Iterable

_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_LENGTHS: Final = frozenset({"length", "char_length", "character_length", "octet_length"})


@dataclass
class Limits:
    """What a column's values may be."""

    low: Any = None
    low_strict: bool = False
    high: Any = None
    high_strict: bool = False
    choices: list[Any] | None = None
    banned: list[Any] = field(default_factory=list)
    shortest: int = 0
    longest: int | None = None
    patterns: list[str] = field(default_factory=list)
    required: bool = False
    only_null: bool = False

    def at_least(self, value: Any, *, strict: bool) -> None:  # noqa: ANN401 - of the column's type
        """Take a lower bound."""
        if self.low is None or value > self.low or (value == self.low and strict):
            self.low, self.low_strict = value, strict

    def at_most(self, value: Any, *, strict: bool) -> None:  # noqa: ANN401 - of the column's type
        """Take an upper bound."""
        if self.high is None or value < self.high or (value == self.high and strict):
            self.high, self.high_strict = value, strict

    def one_of(self, values: Iterable[Any]) -> None:
        """Take a list of what is allowed."""
        wanted = list(values)
        self.choices = wanted if self.choices is None else [each for each in self.choices if each in wanted]


@dataclass(frozen=True)
class Order:
    """One column's value never lies behind the other's."""

    low: str
    high: str
    strict: bool


@dataclass
class Understanding:
    """What a table's checks say."""

    limits: dict[str, Limits] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)

    def of(self, column: str) -> Limits:
        """Give the column's limits, to be narrowed."""
        return self.limits.setdefault(column, Limits())

    def learn(self, condition: Node) -> bool:
        """Take what the condition says; False where some of it wasn't understood and must be tested on the values."""
        results = [self._conjunct(each) for each in conjuncts(condition)]
        return all(results)

    def _conjunct(self, node: Node) -> bool:
        try:
            return self._told(node)
        except (Opaque, TypeError, ValueError):
            return False

    def _told(self, node: Node) -> bool:
        if node.kind == "operator":
            return self._compared(node)
        if node.kind == "any" and node.word == "=":
            return self._one_of(node)
        if node.kind == "not" and node.parts[0].kind == "null" and bare(node.parts[0].parts[0]).kind == "column":
            self.of(bare(node.parts[0].parts[0]).word).required = True
            return True
        if node.kind == "null" and bare(node.parts[0]).kind == "column":
            self.of(bare(node.parts[0]).word).only_null = True
            return True
        if node.kind == "or":
            return self._unless_null(node)
        return False

    def _unless_null(self, node: Node) -> bool:
        """Take ``a IS NULL OR …``, which limits the values of ``a``, and lists of equalities."""
        told = [part for part in node.parts if part.kind != "null"]
        nulls = {bare(part.parts[0]).word for part in node.parts if part.kind == "null"}
        if len(told) == 1 and nulls and nulls <= columns_of(told[0]):
            return self.learn(told[0])
        same = columns_of(node)
        if len(same) == 1 and all(part.kind == "operator" and part.word == "=" for part in node.parts):
            (column,) = same
            self.of(column).one_of(_constant(part.parts[1]) for part in node.parts)
            return True
        return False

    def _one_of(self, node: Node) -> bool:
        left, right = bare(node.parts[0]), bare(node.parts[1])
        if left.kind != "column" or right.kind != "array":
            return False
        self.of(left.word).one_of(_constant(part) for part in right.parts)
        return True

    def _compared(self, node: Node) -> bool:
        left, right, sign = node.parts[0], node.parts[1], node.word
        if not columns_of(left):
            left, right, sign = right, left, _FLIPPED.get(sign, "")
        subject = bare(left)
        if subject.kind == "call" and subject.word in _LENGTHS and bare(subject.parts[0]).kind == "column":
            return self._long(bare(subject.parts[0]).word, sign, _constant(right))
        if subject.kind != "column" or not sign:
            return False
        other = bare(right)
        if other.kind == "column" and sign in {"<", "<=", ">", ">="}:
            low, high = (subject.word, other.word) if sign in {"<", "<="} else (other.word, subject.word)
            self.orders.append(Order(low, high, sign in {"<", ">"}))
            return False  # made so where it can be, and tested all the same
        return not columns_of(right) and self._limited(subject.word, sign, _constant(right))

    def _long(self, column: str, sign: str, length: int) -> bool:
        limits = self.of(column)
        if sign in {">", ">=", "="}:
            limits.shortest = max(limits.shortest, length + (sign == ">"))
        if sign in {"<", "<=", "="}:
            most = length - (sign == "<")
            limits.longest = most if limits.longest is None else min(limits.longest, most)
        if sign == "<>" and length == 0:
            limits.shortest = max(limits.shortest, 1)
        return sign in {">", ">=", "=", "<", "<="} or length == 0

    def _limited(self, column: str, sign: str, value: Any) -> bool:  # noqa: ANN401 - a constant
        limits = self.of(column)
        if value is None:
            return False
        if sign in {">", ">="}:
            limits.at_least(value, strict=sign == ">")
        elif sign in {"<", "<="}:
            limits.at_most(value, strict=sign == "<")
        elif sign == "=":
            limits.one_of([value])
        elif sign == "<>":
            limits.banned.append(value)
        elif sign == "~":
            limits.patterns.append(value)
            return False
        elif sign == "~~":
            limits.patterns.append(_like(value))
            return False
        else:
            return False
        return sign != "<>"


def _constant(node: Node) -> Any:  # noqa: ANN401 - a constant
    if columns_of(node):
        raise Opaque("not a constant")
    return made(node)({}, 0)


def _like(pattern: str) -> str:
    import re

    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    return "^" + "".join({"%": "[a-z0-9]{4,12}", "_": "[a-z]"}.get(p) or re.escape(p[-1]) for p in parts) + "$"
