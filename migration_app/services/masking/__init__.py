"""Copies production's rows masked."""

from __future__ import annotations

from .copying import copy_masked
from .narrowing import Wish
from .proposing import Draft, suggest_policy
from .result import Leak, Masked

__all__ = ["Draft", "Leak", "Masked", "Wish", "copy_masked", "suggest_policy"]
