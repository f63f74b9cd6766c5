"""Models against the schema: every unmanaged model held to its table."""

from __future__ import annotations

from .checking import ModelDrift, check_models, findings_in
from .findings import ModelDifference

__all__ = ["ModelDifference", "ModelDrift", "check_models", "findings_in"]
