"""Snapshot files and the way over an SQL editor."""

from __future__ import annotations
