"""Which models are held to a database: the core tables', a user's apps', or those that the router sends there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models, router

from migration_app import conf
from migration_app.engine.errors import UsageError
from migration_app.models import core_models

if TYPE_CHECKING:
    from collections.abc import Iterable

Model = type[models.Model]


def models_named(labels: Iterable[str]) -> tuple[Model, ...]:
    """Give the unmanaged models of apps (``shop``) or by themselves (``shop.Order``).

    Raises:
        UsageError: there is no such app or model, or it holds no unmanaged model.

    """
    found: dict[Model, None] = {}
    for label in labels:
        chosen = [model for model in _of(label) if _counts(model)]
        if not chosen:
            raise UsageError(
                f"{label!r} holds no unmanaged model", "Unmanaged models have managed = False in their Meta."
            )
        found |= dict.fromkeys(chosen)
    return tuple(found)


def models_of(alias: str | None) -> tuple[Model, ...]:
    """Give the core models, and the unmanaged models of other apps that the router reads from the alias."""
    core = core_models()
    known = set(core)
    others = (model for model in apps.get_models(include_auto_created=True) if model not in known and _counts(model))
    return (*core, *(model for model in others if alias is not None and _is_read_from(model, alias)))


def _of(label: str) -> list[Model]:
    app, _, name = label.partition(".")
    try:
        config = apps.get_app_config(app)
        return [config.get_model(name)] if name else list(config.get_models(include_auto_created=True))
    except LookupError as error:
        raise UsageError(str(error).rstrip("."), "Name an installed app, or a model as app.Model.") from error


def _counts(model: Model) -> bool:
    return not model._meta.managed and not model._meta.proxy and not model._meta.abstract


def _is_read_from(model: Model, alias: str) -> bool:
    return alias in {router.db_for_read(model), conf.get().owners.get(router.db_for_read(model))}
