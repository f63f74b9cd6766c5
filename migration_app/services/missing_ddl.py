"""The DDL of core tables, collected from their unmanaged models through Django's schema editor.

Nothing is run: the editor writes down what it would execute. Its foreign keys say nothing of what happens on
deletion, because Django does that itself; the live tables' keys do, so these do, too.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.models.expressions import OrderBy
from django.db.models.functions import Collate
from django.db.models.indexes import IndexExpression
from django.db.utils import ConnectionHandler

from migration_app.engine.kinds.table import Table
from migration_app.engine.model import Address, Statement, Verb
from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from psycopg import Connection

    from migration_app.models import CoreTable

_ON_DELETE: Final[dict[Any, str]] = {
    models.CASCADE: " ON DELETE CASCADE",
    models.SET_NULL: " ON DELETE SET NULL",
    models.RESTRICT: "",
}


class _Editor(DatabaseSchemaEditor):
    """Django's editor, whose foreign keys do what the model says when a row is deleted."""

    def _create_fk_sql(self, model: type[models.Model], field: Any, suffix: str) -> Any:  # noqa: ANN401 - Django's
        reference: Any = super()._create_fk_sql(model, field, suffix)  # type: ignore[misc]
        reference.parts["deferrable"] = _ON_DELETE[field.remote_field.on_delete] + reference.parts["deferrable"]
        return reference


def create_statements(conn: Connection[Any], schema: str, wanted: Iterable[type[CoreTable]]) -> tuple[Statement, ...]:
    """Give the statements that create the models' tables in the schema, what is referred to first.

    They run in one transaction: the first makes the schema the place where names are looked up and made. The
    connection is asked for the server's version and for nothing else.
    """
    _know_operator_classes()
    ordered = _in_order(wanted)
    editor = _Editor(_wrapper(conn), collect_sql=True, atomic=False)
    made: list[type[CoreTable]] = []
    later: list[type[CoreTable]] = []
    with editor:
        for model in ordered:
            editor.create_model(model)
            # create_model leaves out the indexes of unmanaged models.
            for index in model._meta.indexes:
                editor.add_index(model, index)
            made += [model] * (len(editor.collected_sql) - len(made))
            later += [model] * (len(editor.deferred_sql) - len(later))
    if not ordered:
        return ()
    first = Statement(Verb.ALTER, Address("schema", (schema,)), f"SET LOCAL search_path = {ident(schema)}")
    texts = zip(editor.collected_sql, [*made, *later], strict=True)
    return (first, *(_statement(schema, model, text) for text, model in texts))


def _statement(schema: str, model: type[CoreTable], text: str) -> Statement:
    verb = Verb.CREATE if text.startswith("CREATE") else Verb.ALTER
    return Statement(verb, Address(Table.KIND, (schema, model.table())), text.strip().removesuffix(";"))


def _in_order(wanted: Iterable[type[CoreTable]]) -> Sequence[type[CoreTable]]:
    """Put what is referred to before what refers to it."""
    chosen = sorted(wanted, key=lambda model: model.table())
    sorter: TopologicalSorter[type[CoreTable]] = TopologicalSorter()
    for model in chosen:
        fields = [field for field in model._meta.local_fields if isinstance(field, models.ForeignKey)]
        related = {field.related_model for field in fields if cast("Any", field).db_constraint}
        sorter.add(model, *(other for other in chosen if other in related and other is not model))
    return tuple(sorter.static_order())


class _Wrapper(DatabaseWrapper):
    """Django's wrapper around a connection that somebody else opened, set up and closes."""

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ANN401 - Django's signature
        """Give a cursor as it is; Django's own would expect its adapters on the connection."""
        del name
        return self.connection.cursor()


def _wrapper(conn: Connection[Any]) -> DatabaseWrapper:
    settings = {"ENGINE": "django.db.backends.postgresql", "NAME": conn.info.dbname}
    wrapper = _Wrapper(ConnectionHandler({"default": settings}).settings["default"], alias="dbsep")
    wrapper.connection = conn
    vars(wrapper)["pg_version"] = conn.info.server_version
    return wrapper


def _know_operator_classes() -> None:
    # The app django.contrib.postgres does this when it is installed; a host need not install it for our sake.
    IndexExpression.register_wrappers(OrderBy, OpClass, Collate)
