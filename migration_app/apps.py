"""Django's entry to the app."""

from __future__ import annotations

from django.apps import AppConfig


class MigrationAppConfig(AppConfig):
    """Separates test tables from production, phase by phase."""

    name = "migration_app"
    verbose_name = "Database separation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, and under test put production out of reach."""
        from migration_app import checks  # noqa: F401 - importing registers them
        from migration_app.backend.refusing.closing import close_if_under_test

        close_if_under_test()
