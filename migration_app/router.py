"""Which database a model means: core tables go where the caller says, run history to the control database.

    with environment("prod"):
        Order.objects.count()      # production's orders
    Order.objects.count()          # DBSEP["ENVIRONMENT"]'s orders

Production is for reading: a core model's write to it is refused, whoever asks.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings as django_settings
from django.db import DEFAULT_DB_ALIAS, models

from migration_app import conf
from migration_app.engine.errors import Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

APP = "migration_app"

# A context variable: each thread and each asyncio task has its own, and tasks inherit their creator's.
_chosen: ContextVar[str | None] = ContextVar("dbsep_environment", default=None)


@contextmanager
def environment(alias: str) -> Iterator[None]:
    """Send the core models to this alias until the block ends. Raises UsageError for an unknown alias."""
    if alias not in django_settings.DATABASES:
        known = ", ".join(sorted(django_settings.DATABASES))
        raise UsageError(f"there is no database alias {alias!r}", f"The aliases are {known}.")
    token = _chosen.set(alias)
    try:
        yield
    finally:
        _chosen.reset(token)


def current_environment() -> str:
    """Give the alias that core models use here and now."""
    return _chosen.get() or conf.get().environment


class Router:
    """Django's database router for this app; about other apps' models it has no opinion."""

    def db_for_read(self, model: type[models.Model], **hints: object) -> str | None:
        """Give the alias to read from; what hangs on an object is read where the object came from."""
        if _is_core(model):
            return _came_from(hints.get("instance")) or current_environment()
        return DEFAULT_DB_ALIAS if _is_history(model) else None

    def db_for_write(self, model: type[models.Model], **hints: object) -> str | None:
        """Give the alias to write to. Raises Refused where a core table of production would be written."""
        alias = self.db_for_read(model, **hints)
        if alias is not None and _is_core(model) and conf.get().is_production(alias):
            raise Refused(
                f"{model._meta.db_table} in {alias!r} is production's, which is for reading",
                'Write inside `with environment("test"):`, or set DBSEP["ENVIRONMENT"] to a test alias.',
            )
        return alias

    def allow_relation(self, first: models.Model, second: models.Model, **_hints: object) -> bool | None:
        """Allow core objects to meet within one alias."""
        if _is_core(type(first)) or _is_core(type(second)):
            return first._state.db == second._state.db
        return None

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **_hints: object) -> bool | None:
        """Never migrate core tables, and keep run history in the control database.

        Django's own tables stay out of the environments; a host's own apps migrate as the host says.
        """
        if app_label == APP:
            return db == DEFAULT_DB_ALIAS and not _names_core(model_name)
        if db != DEFAULT_DB_ALIAS and _is_djangos(app_label) and _is_environment(db):
            return False
        return None


def _is_core(model: type[models.Model]) -> bool:
    from migration_app.models import CoreTable

    return issubclass(model, CoreTable)


def _is_history(model: type[models.Model]) -> bool:
    return model._meta.app_label == APP


def _came_from(instance: object) -> str | None:
    if isinstance(instance, models.Model) and _is_core(type(instance)):
        return instance._state.db
    return None


def _names_core(model_name: str | None) -> bool:
    if model_name is None:
        return False
    try:
        return _is_core(apps.get_model(APP, model_name))
    except LookupError:  # a model of an old migration: only history's were ever removed
        return False


def _is_djangos(app_label: str) -> bool:
    try:
        return apps.get_app_config(app_label).name.startswith("django.contrib.")
    except LookupError:
        return False


def _is_environment(alias: str) -> bool:
    try:
        return conf.get().role(alias) is not None
    except UsageError:  # a system check says what is wrong with DBSEP; it must not fail over it
        return conf.Settings().role(alias) is not None
