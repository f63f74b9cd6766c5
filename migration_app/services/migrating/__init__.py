"""Writes a plan with its way back as files that other tools run: Django, psql, Supabase."""

from __future__ import annotations

from .script import Script
from .writing import STYLES, write_migration

__all__ = ["STYLES", "Script", "write_migration"]
