"""The host's settings: everything comes from the environment, or from .env and .env.test."""

from __future__ import annotations

import os
from urllib.parse import quote

from dbsep_project.base import *  # noqa: F403 - what every setting of the host has in common
from dbsep_project.base import BASE_DIR
from migration_app.environment import databases_from_environment, read_files

VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)

_values = {**read_files(BASE_DIR), **os.environ}

SECRET_KEY = _values.get("SECRET_KEY") or "only-for-this-machine"
DEBUG = _values.get("DEBUG", "").lower() in ("1", "true", "yes", "on")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

DATABASES = databases_from_environment(
    BASE_DIR, control=f"sqlite:///{quote(str(VAR_DIR / 'control.sqlite3'))}"
)

DBSEP: dict[str, object] = {}
