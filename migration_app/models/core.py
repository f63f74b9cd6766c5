"""What all core tables have in common: Django reads and writes them, and never makes or alters them."""

from __future__ import annotations

from django.db import models
from django.db.models import Func


class CoreTable(models.Model):
    """A table of the shop that a team's production database owns; the router says which database is meant.

    `create_missing_tables` is the one place that makes such a table, from its model.
    """

    class Meta:
        abstract = True
        managed = False

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @classmethod
    def table(cls) -> str:
        """Give the table's name; its schema is the first of the connection's search_path."""
        return cls._meta.db_table


def now() -> Func:
    """Give the default that PostgreSQL itself suggests: the transaction's time.

    Django's own Now() is the statement's, which is another default.
    """
    return Func(function="now", output_field=models.DateTimeField())
