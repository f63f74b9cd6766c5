"""The commands' verbs as functions: ``from migration_app.services import clone_schema, check_drift``.

Each takes aliases or open connections plus keyword options, returns a frozen result, raises the app's errors and
prints nothing. They are imported when they are first asked for, because Django's apps must be ready by then.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from migration_app.services.analyzing import analyze_tables
    from migration_app.services.cloning import clone_schema
    from migration_app.services.creating import create_missing_tables
    from migration_app.services.drift import check_drift
    from migration_app.services.dropping import drop_test_tables
    from migration_app.services.generating import generate_models
    from migration_app.services.marking import init_environment
    from migration_app.services.masking import copy_masked
    from migration_app.services.model_drift import check_models
    from migration_app.services.restoring import restore_test_tables
    from migration_app.services.seeding import seed_testdata
    from migration_app.services.separating import separate
    from migration_app.services.snapshots import snapshot_schema
    from migration_app.services.status import migration_status
    from migration_app.services.syncing import sync_schema
    from migration_app.services.verifying import verify_isolation

_MODULES: Final = {
    "analyze_tables": "analyzing",
    "check_drift": "drift",
    "check_models": "model_drift",
    "clone_schema": "cloning",
    "copy_masked": "masking",
    "create_missing_tables": "creating",
    "drop_test_tables": "dropping",
    "generate_models": "generating",
    "init_environment": "marking",
    "migration_status": "status",
    "restore_test_tables": "restoring",
    "seed_testdata": "seeding",
    "separate": "separating",
    "snapshot_schema": "snapshots",
    "sync_schema": "syncing",
    "verify_isolation": "verifying",
}

__all__ = [
    "analyze_tables",
    "check_drift",
    "check_models",
    "clone_schema",
    "copy_masked",
    "create_missing_tables",
    "drop_test_tables",
    "generate_models",
    "init_environment",
    "migration_status",
    "restore_test_tables",
    "seed_testdata",
    "separate",
    "snapshot_schema",
    "sync_schema",
    "verify_isolation",
]


def __getattr__(name: str) -> object:
    """Import a verb from its module."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
