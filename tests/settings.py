"""Settings for the suite: nothing of them comes from the environment, and only `default` is a fixed database.

`prod` and `test` are added for one test at a time by the fixture `aliases`.
"""

from __future__ import annotations

from dbsep_project.base import *  # noqa: F403 - settings are taken over as they are

SECRET_KEY = "for-tests"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
