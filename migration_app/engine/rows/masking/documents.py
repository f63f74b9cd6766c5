"""JSON masked by path: what a path names is kept or masked, the rest is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from migration_app.engine.sql import literal, literals

from .choice import Choice, Value
from .keying import coarse, hashed
from .masks import MASKS

if TYPE_CHECKING:
    from collections.abc import Mapping

ITEMS: Final = "[]"
"""Every item of an array."""
ANY: Final = "*"
"""Every key of an object that no other path names."""
_STEP: Final = re.compile(r"(?:\\.|[^.\\\[]|\[(?!\]))+|\[\]")


@dataclass
class Node:
    """A place in a document."""

    choice: Choice | None = None
    below: dict[str, Node] = field(default_factory=dict)


def steps(path: str) -> tuple[str, ...]:
    r"""Take a path apart: ``customer.emails[]`` gives customer, emails, []; a dot in a key is written ``\.``."""
    return tuple(re.sub(r"\\(.)", r"\1", step) for step in _STEP.findall(path))


def tree(paths: Mapping[str, Choice]) -> Node:
    """Put the paths together."""
    root = Node()
    for path, choice in paths.items():
        here = root
        for step in steps(path):
            here = here.below.setdefault(step, Node())
        here.choice = choice
    return root


def document(choice: Choice, value: str, base: str) -> str:
    """Give the SQL of the masked document."""
    made = _node(tree(choice.paths), f"{value}::jsonb", 0)
    whole = f"case when {value} is not null then coalesce({made}, '{{}}'::jsonb) end"
    return whole if base == "jsonb" else f"({whole})::{base}"


def _node(node: Node, value: str, depth: int) -> str:
    """Give the SQL of what stands at a place; NULL for what is left out."""
    if node.choice is not None and not node.below:
        return _leaf(node.choice, value, depth)
    cases = []
    if ITEMS in node.below:
        cases.append(f"when 'array' then {_items(node.below[ITEMS], value, depth)}")
    if set(node.below) - {ITEMS}:
        cases.append(f"when 'object' then {_fields(node, value, depth)}")
    # A null says nothing, and that it is there is part of the shape.
    return f"case pg_catalog.jsonb_typeof({value}) {' '.join(cases)} when 'null' then {value} end"


def _fields(node: Node, value: str, depth: int) -> str:
    if all(key not in {ITEMS, ANY} and _kept(below) for key, below in node.below.items()):
        # Without a subquery, which costs many times more.
        fields = ((literal(key), f"{value} -> {literal(key)}") for key in node.below)
        empty = "'{}'::jsonb"
        each = (
            f"case when {it} is null then {empty} else pg_catalog.jsonb_build_object({key}, {it}) end"
            for key, it in fields
        )
        return f"({' || '.join(each)})"
    row, made = f"f{depth}", f"g{depth}"
    named = {key: below for key, below in node.below.items() if key not in {ITEMS, ANY}}
    cases = " ".join(f"when {literal(key)} then {_node(b, f'{row}.value', depth + 1)}" for key, b in named.items())
    other = f"else {_node(node.below[ANY], f'{row}.value', depth + 1)}" if ANY in node.below else ""
    picked = f"case {row}.key {cases} {other} end" if cases else other.removeprefix("else ")
    only = "" if ANY in node.below else f" where {row}.key in ({literals(named)})"
    return (
        f"(select coalesce(pg_catalog.jsonb_object_agg({made}.key, {made}.value) filter (where {made}.value is not "
        f"null), '{{}}'::jsonb) from (select {row}.key, {picked} as value from pg_catalog.jsonb_each({value}) "
        f"as {row}{only} offset 0) as {made})"
    )


def _kept(node: Node) -> bool:
    return node.choice is not None and node.choice.mask == "keep" and not node.below


def _items(node: Node, value: str, depth: int) -> str:
    row = f"f{depth}"
    made = f"coalesce({_node(node, f'{row}.value', depth + 1)}, 'null'::jsonb)"
    return (
        f"(select coalesce(pg_catalog.jsonb_agg({made} order by {row}.place), '[]'::jsonb) "
        f"from pg_catalog.jsonb_array_elements({value}) with ordinality as {row}(value, place))"
    )


def _leaf(choice: Choice, value: str, depth: int) -> str:
    if choice.mask == "keep":
        return value
    if choice.mask == "null":
        return "'null'::jsonb"
    if choice.mask == "constant":
        given = choice.options["value"]
        return f"pg_catalog.to_jsonb({literal(given)}::text)" if isinstance(given, str) else f"'{given}'::jsonb".lower()
    row = f"s{depth}"
    text = f"({value} #>> '{{}}')"
    told = (
        f'pg_catalog.lower({text} collate "C")'
        if MASKS[choice.mask].folds and choice.options.get("fold", True)
        else text
    )
    hash_ = coarse(told) if MASKS[choice.mask].coarse else hashed(choice.mask, told)
    number = "number" in MASKS[choice.mask].families
    sql = f"{row}.text::numeric" if number else f"{row}.text"
    made = MASKS[choice.mask].make(
        Value(sql, f"{row}.text", f"{row}.hashed", "numeric" if number else "text", None, False, choice.options)
    )
    kinds = "when 'number'" if number else "when 'string' then {0} when 'number' then {0} when 'boolean'"
    masked = f"(select pg_catalog.to_jsonb({made}) from (select {text} as text, {hash_} as hashed offset 0) as {row})"
    each = f"{kinds} then {{0}}".format(masked)
    return f"case pg_catalog.jsonb_typeof({value}) {each} when 'null' then {value} end"
