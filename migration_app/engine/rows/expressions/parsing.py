"""Reads conditions as pg_get_expr() prints them; what it doesn't know is opaque, never guessed."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from .nodes import Node, Opaque
from .words import Word, words

_COMPARING: Final = frozenset({"=", "<>", "<", "<=", ">", ">=", "~", "~*", "!~", "!~*", "~~", "!~~", "~~*", "!~~*"})
_ADDING: Final = frozenset({"+", "-"})
_MULTIPLYING: Final = frozenset({"*", "/", "%"})
_WORDS_OF_TYPES: Final = frozenset({"varying", "precision", "with", "without", "time", "zone"})


@lru_cache(maxsize=4096)
def parse(expression: str) -> Node:
    """Give the expression's tree.

    Raises:
        Opaque: it says something that this doesn't know.

    """
    reader = _Reader(words(expression))
    node = reader.either()
    reader.expect("end", "")
    return node


class _Reader:
    def __init__(self, found: list[Word]) -> None:
        self._words = found
        self._place = 0

    def next(self) -> Word:
        return self._words[self._place]

    def take(self) -> Word:
        self._place += 1
        return self._words[self._place - 1]

    def is_word(self, *texts: str, ahead: int = 0) -> bool:
        there = self._words[min(self._place + ahead, len(self._words) - 1)]
        return there.kind == "name" and there.text.upper() in texts

    def accept(self, sign: str) -> bool:
        if self.next() == ("sign", sign):
            self._place += 1
            return True
        return False

    def accept_word(self, text: str) -> bool:
        if self.is_word(text):
            self._place += 1
            return True
        return False

    def expect(self, kind: str, text: str) -> None:
        if self.take() != (kind, text):
            raise Opaque(text)

    def expect_word(self, text: str) -> None:
        if not self.accept_word(text):
            raise Opaque(text)

    def either(self) -> Node:
        parts = [self._both()]
        while self.accept_word("OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Node("or", "", tuple(parts))

    def _both(self) -> Node:
        parts = [self._negated()]
        while self.accept_word("AND"):
            parts.append(self._negated())
        return parts[0] if len(parts) == 1 else Node("and", "", tuple(parts))

    def _negated(self) -> Node:
        if self.accept_word("NOT"):
            return Node("not", "", (self._negated(),))
        return self._is()

    def _is(self) -> Node:
        node = self._compared()
        while self.accept_word("IS"):
            negated = self.accept_word("NOT")
            node = self._told(node)
            node = Node("not", "", (node,)) if negated else node
        return node

    def _told(self, node: Node) -> Node:
        if self.accept_word("NULL"):
            return Node("null", "", (node,))
        if self.accept_word("TRUE"):
            return Node("call", "is_true", (node,))
        if self.accept_word("FALSE"):
            return Node("call", "is_false", (node,))
        if self.accept_word("DISTINCT"):
            self.expect_word("FROM")
            return Node("call", "is_distinct", (node, self._compared()))
        raise Opaque("IS")

    def _compared(self) -> Node:
        node = self._added()
        while self.next().kind == "sign" and self.next().text in _COMPARING:
            sign = self.take().text
            if self.is_word("ANY", "ALL") and self._words[self._place + 1] == ("sign", "("):
                kind = self.take().text.lower()
                self.expect("sign", "(")
                node = Node(kind, sign, (node, self.either()))
                self.expect("sign", ")")
            else:
                node = Node("operator", sign, (node, self._added()))
        return node

    def _added(self) -> Node:
        node = self._multiplied()
        while self.next().kind == "sign" and (self.next().text in _ADDING or self._is_other()):
            sign = self.take().text
            node = Node("operator", sign, (node, self._multiplied()))
        return node

    def _is_other(self) -> bool:
        text = self.next().text
        known = _COMPARING | _ADDING | _MULTIPLYING | {"(", ")", "[", "]", ",", ".", "::", ":", "^"}
        return text not in known

    def _multiplied(self) -> Node:
        node = self._signed()
        while self.next().kind == "sign" and self.next().text in _MULTIPLYING:
            sign = self.take().text
            node = Node("operator", sign, (node, self._signed()))
        return node

    def _signed(self) -> Node:
        if self.accept("-"):
            return Node("call", "minus", (self._signed(),))
        return self._cast()

    def _cast(self) -> Node:
        node = self._atom()
        while self.accept("::"):
            node = Node("cast", self._type(), (node,))
        return node

    def _type(self) -> str:
        text = self.take().text
        while self.accept("."):
            text = self.take().text
        while self.next().kind == "name" and self.next().text.lower() in _WORDS_OF_TYPES:
            text += " " + self.take().text
        if self.accept("("):
            while not self.accept(")"):
                self.take()
            while self.next().kind == "name" and self.next().text.lower() in _WORDS_OF_TYPES:
                text += " " + self.take().text
        while self.accept("["):
            self.expect("sign", "]")
            text += "[]"
        return text

    def _atom(self) -> Node:
        word = self.take()
        if word == ("sign", "("):
            node = self.either()
            self.expect("sign", ")")
            return node
        if word.kind == "number":
            return Node("literal", word.text, (Node("literal", "number"),))
        if word.kind == "text":
            return Node("literal", word.text)
        if word.kind in {"name", "quoted"}:
            return self._named(word)
        raise Opaque(word.text)

    def _named(self, word: Word) -> Node:
        plain = word.kind == "name"
        upper = word.text.upper() if plain else ""
        if upper in {"TRUE", "FALSE", "NULL"}:
            return Node("call", upper.lower())
        if upper == "ARRAY" and self.accept("["):
            return Node("array", "", self._list("]"))
        if upper == "CASE":
            return self._case()
        if upper in {"CURRENT_DATE", "CURRENT_TIMESTAMP"}:
            return Node("call", upper.lower())
        name = word.text
        while self.accept("."):
            name = self.take().text
        if self.accept("("):
            return self._call(name.lower())
        return Node("column", name)

    def _call(self, name: str) -> Node:
        if name == "extract":
            field = self.take().text
            self.expect_word("FROM")
            node = Node("call", f"extract {field.lower()}", (self.either(),))
            self.expect("sign", ")")
            return node
        if name == "trim":
            raise Opaque(name)
        return Node("call", name, self._list(")"))

    def _list(self, end: str) -> tuple[Node, ...]:
        parts: list[Node] = []
        while not self.accept(end):
            parts.append(self.either())
            if not self.accept(",") and self.next() != ("sign", end):
                raise Opaque(self.next().text)
        return tuple(parts)

    def _case(self) -> Node:
        parts: list[Node] = []
        if not self.is_word("WHEN"):
            raise Opaque("CASE")
        while self.accept_word("WHEN"):
            parts.append(self.either())
            self.expect_word("THEN")
            parts.append(self.either())
        parts.append(self.either() if self.accept_word("ELSE") else Node("call", "null"))
        self.expect_word("END")
        return Node("case", "", tuple(parts))
