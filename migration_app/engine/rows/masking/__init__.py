"""Rows masked by the server that they are read from."""

from __future__ import annotations

from .choice import Choice
from .keying import give_key, keyed
from .masks import MASKS, Mask
from .places import Place, place_of
from .pouring import read_blocks
from .selecting import Reading, masked_keys, masked_select, needs_numbers
from .syllables import invented

__all__ = [
    "MASKS",
    "Choice",
    "Mask",
    "Place",
    "Reading",
    "give_key",
    "invented",
    "keyed",
    "masked_keys",
    "masked_select",
    "needs_numbers",
    "place_of",
    "read_blocks",
]
