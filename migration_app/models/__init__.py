"""The models: run history (managed, in the control database) and the core tables (unmanaged)."""

from __future__ import annotations

from .history import Finding, Run, StatementRecord, Step

__all__ = ["Finding", "Run", "StatementRecord", "Step"]
