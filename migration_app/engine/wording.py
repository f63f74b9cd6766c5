"""Words that go with numbers and paths in messages."""

from __future__ import annotations

from pathlib import Path


def several(count: int, one: str, more: str = "") -> str:
    """Give the number with its noun: ``1 object``, ``3 objects``; ``more`` is the plural where no s makes it."""
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def from_here(word: str) -> str:
    """Give a path below the current directory without that; any other word as it is."""
    return word.removeprefix(f"{Path.cwd()}/")
