"""Numbers for numbers: a keyed permutation, so that no two keys become one.

A Feistel network of four rounds over the lower bits, whose round functions are tables of keyed numbers. What lies above
those bits, the sign included, stays: small numbers remain small enough for their type, and a sequence finds room above.
"""

from __future__ import annotations

from typing import Final

from .keying import table

_HALF: Final = {"int2": 7, "int4": 15, "int8": 15}
"""Bits of each half, by type: the permuted part is 14 or 30 bits wide, so an integer and a bigint become the same."""


def permuted(value: str, base: str) -> str:
    """Give the SQL of a number of the same type; 0 stays 0, and nothing else becomes 0."""
    half = _HALF[base]
    whole = f"({value})::int8"
    mask = (1 << 2 * half) - 1
    once = _network(f"({whole} & {mask})", half)
    # 0 stays itself, as a sign of nothing. What would become 0 walks on to what 0 would have become.
    again = _network("0::int8", half)
    moved = f"(case when {whole} & {mask} = 0 then 0 else coalesce(nullif({once}, 0), {again}) end)"
    return f"(({whole} & ~{mask}::int8) | {moved})::{base}"


def _network(value: str, half: int) -> str:
    mask = (1 << half) - 1
    left, right = f"(({value} >> {half})::int4)", f"(({value} & {mask})::int4)"
    for number in range(4):
        left, right = right, f"({left} # {_round(number, right, mask)})"
    return f"(({left}::int8 << {half}) | {right}::int8)"


def _round(number: int, value: str, mask: int) -> str:
    return f"(({table(number)})[1 + {value}] & {mask})"
