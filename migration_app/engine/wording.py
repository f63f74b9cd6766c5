"""Words that go with numbers in messages."""

from __future__ import annotations


def several(count: int, one: str, more: str = "") -> str:
    """Give the number with its noun: ``1 object``, ``3 objects``; ``more`` is the plural where no s makes it."""
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"
