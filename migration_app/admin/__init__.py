"""The admin: shows what is recorded, to look at and never to change."""

from __future__ import annotations

from .runs import RunAdmin

__all__ = ["RunAdmin"]
