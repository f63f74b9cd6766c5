"""Phase 2: the test tables leave production, with a way back."""

from __future__ import annotations

from migration_app.services.dropping.changing import Locked
from migration_app.services.dropping.drop import Blocked, Dropped, Kept, drop_test_tables
from migration_app.services.dropping.files import BackupFailed

__all__ = ["BackupFailed", "Blocked", "Dropped", "Kept", "Locked", "drop_test_tables"]
