"""Which table a model means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app.services.generating.index_text import unquoted

if TYPE_CHECKING:
    from django.db import models


def plain_name(name: str) -> str:
    """Give a name as the database has it: models double a %, to get it through to the server, and quote a quote."""
    return unquoted(name.replace("%%", "%"))


def key_of(model: type[models.Model]) -> tuple[str, str]:
    """Give schema and name; the schema is empty where the connection's search path decides.

    Django leaves a name alone that begins and ends with a quotation mark, so people write ``'"schema"."table"'``;
    ``'schema"."table'`` comes to the same.
    """
    # A % has to be doubled for Django to get it through to the server.
    name = model._meta.db_table.replace("%%", "%")
    if '"."' in name:
        schema, _, table = name.partition('"."')
        return schema.removeprefix('"').replace('""', '"'), table.removesuffix('"').replace('""', '"')
    return "", unquoted(name)
