"""Django's own words for the parts of a model: its schema editor writes them down, and nothing is run.

Its foreign keys say nothing of what happens on deletion, because Django does that itself; the live tables' keys do,
so these do, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.models.expressions import OrderBy
from django.db.models.functions import Collate
from django.db.models.indexes import IndexExpression

from migration_app.engine.sql import qualified
from migration_app.services.generating.index_text import unquoted

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    Model = type[models.Model]
    AnyField = models.Field[Any, Any]

_ON_DELETE: Final[dict[Any, str]] = {
    models.CASCADE: " ON DELETE CASCADE",
    models.SET_NULL: " ON DELETE SET NULL",
    models.RESTRICT: "",
}


class _Editor(DatabaseSchemaEditor):
    """Django's editor, which gives what it would run."""

    def foreign_key(self, model: Model, field: AnyField) -> Any:  # noqa: ANN401 - Django's
        """Give the statement that adds a field's foreign key, in parts."""
        statement: Any = self._create_fk_sql(model, field, "_fk_%(to_table)s_%(to_column)s")  # type: ignore[attr-defined]
        return statement


class Wording:
    """What turns the parts of models into SQL for tables of one schema."""

    def __init__(self, connection: BaseDatabaseWrapper, schema: str) -> None:
        # The app django.contrib.postgres does this when it is installed; a host need not install it for our sake.
        IndexExpression.register_wrappers(OrderBy, OpClass, Collate)
        self.connection = connection
        self._schema = schema
        self._editor: Any = _Editor(connection, collect_sql=True, atomic=False)

    def table(self, model: Model) -> str:
        """Give the qualified name of a model's table."""
        return qualified(self._schema, model._meta.db_table)

    def default(self, field: AnyField) -> str | None:
        """Give the expression of the field's default in the database, where it has one."""
        return self._filled(*self._editor.db_default_sql(field)) if field.has_db_default() else None

    def generated(self, field: AnyField) -> str | None:
        """Give the expression that the database computes the field by, where it does."""
        if not isinstance(field, models.GeneratedField):
            return None
        return self._filled(*field.generated_sql(self.connection))

    def constraint(self, model: Model, constraint: models.BaseConstraint) -> str | None:
        """Give the definition of a constraint; None where it is kept by an index alone."""
        text = str(constraint.create_sql(model, self._editor))
        start = f"ALTER TABLE {self._named(model._meta.db_table)} ADD CONSTRAINT {self._named(constraint.name)} "
        return text.removeprefix(start) if text.startswith(start) else None

    def unique_index(self, model: Model, constraint: models.BaseConstraint) -> str:
        """Give the statement that creates the index which alone keeps a constraint."""
        statement: Any = constraint.create_sql(model, self._editor)
        statement.parts["table"] = f"{self.table(model)} USING btree"
        return str(statement)

    def index(self, model: Model, index: models.Index) -> str:
        """Give the statement that creates an index, its method said."""
        statement: Any = index.create_sql(model, self._editor)
        statement.parts["table"] = self.table(model)
        statement.parts["using"] = statement.parts["using"] or " USING btree"
        return str(statement)

    def foreign_key(self, model: Model, field: models.ForeignKey[Any, Any], to: Model) -> tuple[str, str]:
        """Give the name and the definition of a field's foreign key."""
        made = self._editor.foreign_key(model, field)
        start = f"ALTER TABLE {self._named(model._meta.db_table)} ADD CONSTRAINT {made.parts['name']} "
        made.parts["to_table"] = self.table(to)
        made.parts["deferrable"] = _ON_DELETE[vars(field.remote_field)["on_delete"]] + made.parts["deferrable"]
        return unquoted(str(made.parts["name"])), str(made).removeprefix(start)

    def _named(self, name: str) -> str:
        return str(self._editor.quote_name(name))

    def _filled(self, sql: str, params: tuple[object, ...]) -> str:
        return sql % tuple(map(self._editor.quote_value, params))
