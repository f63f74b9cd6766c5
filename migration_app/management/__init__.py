"""Management: what the commands share, and the commands."""

from __future__ import annotations
