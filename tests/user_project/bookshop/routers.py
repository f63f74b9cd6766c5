from __future__ import annotations


class ToProduction:
    """The router of a team that runs on production."""

    def db_for_read(self, model, **hints):
        return "prod" if model._meta.app_label == "library" else None

    db_for_write = db_for_read
