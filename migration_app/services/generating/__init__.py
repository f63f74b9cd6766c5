"""Writes models for tables, and reads tables as models see them."""

from __future__ import annotations

from .generation import Generated, generate_models

__all__ = ["Generated", "generate_models"]
