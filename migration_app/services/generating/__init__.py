"""Writes models for tables, and reads tables as models see them."""

from __future__ import annotations
