"""pg_dump's second opinion."""

from __future__ import annotations
