"""Which table a model means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app.services.generating.index_text import unquoted

if TYPE_CHECKING:
    from django.db import models


def key_of(model: type[models.Model]) -> tuple[str, str]:
    """Give schema and name; the schema is empty where the connection's search path decides.

    Django leaves a name alone that begins and ends with a quotation mark, so people write ``'"schema"."table"'``;
    ``'schema"."table'`` comes to the same.
    """
    name = model._meta.db_table
    if '"."' in name:
        schema, _, table = name.partition('"."')
        return schema.removeprefix('"').replace('""', '"'), table.removesuffix('"').replace('""', '"')
    return "", unquoted(name)
