"""Separates test tables from a production PostgreSQL: an importable Django app with a command a phase."""

from __future__ import annotations
