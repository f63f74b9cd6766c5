"""The formats of the drift check."""

from __future__ import annotations
