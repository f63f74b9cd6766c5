"""The host's settings: everything comes from the environment, or from .env and .env.test."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from dbsep_project.base import *  # noqa: F403 - settings are taken over as they are
from dbsep_project.base import BASE_DIR
from migration_app.conf import databases_from_environment

VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)


def _secret_key(file: Path) -> str:
    """Give the key of this checkout, made at its first use; only its owner may read it."""
    if not file.exists():
        partial = file.with_name(f"{file.name}.{os.getpid()}")
        partial.touch(mode=0o600)
        partial.write_text(secrets.token_urlsafe(48))
        partial.rename(file)
    return file.read_text()


SECRET_KEY = os.environ.get("SECRET_KEY") or _secret_key(VAR_DIR / "secret_key")
DEBUG = os.environ.get("DEBUG", "").lower() in {"1", "true", "on", "yes"}
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

DATABASES = databases_from_environment(BASE_DIR)
# Under test each worker gets a copy of this database, and production is out of reach.
if "test" in DATABASES:
    DATABASES["test"]["ENGINE"] = "migration_app.backend"
DATABASES.setdefault(
    "default",
    {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR_DIR / "control.sqlite3",
        # History is written while the work goes on, and may be read in the admin at the same time.
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=wal",
        },
    },
)
