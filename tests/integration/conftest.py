"""Leaves these tests out where no database is named `test`: the suite's own settings have none."""

from __future__ import annotations

from django.conf import settings

collect_ignore_glob = [] if "test" in settings.DATABASES else ["test_*"]
