"""The unmanaged models, held against the founding case."""

from __future__ import annotations
