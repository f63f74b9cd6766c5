"""Writes prepared objects into one database, in the order of their foreign keys, or nothing of them."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from model_bakery import baker

from migration_app.engine.errors import Refused

from .baking import baked, remembering
from .fitting import fitting
from .gathering import in_order, references
from .pinning import only, pinned

_UNIQUE: Final = "23505"
_TRIES: Final = 50
"""How often other values are tried where rows that are there already have those that were chosen."""


def write(*instances: Model, using: str = "") -> None:
    """Write objects that bakery prepared, and all unsaved ones that hang on them.

    Raises:
        Refused: the alias is production, another alias was asked, or an object is a row of another one.
        UsageError: objects refer to one another in a circle, or a table isn't there.
        Unsatisfiable: no value keeps a rule, given those that were not made up.

    """
    alias = pinned(using)
    with only(alias), transaction.atomic(using=alias):
        order = in_order(instances)
        for instance in order:
            _write(instance, alias)
        for instance in order:
            _tie_many(instance, alias)


def _write(instance: Model, alias: str) -> None:
    known = baked(instance)
    for field, other in references(instance):
        there = _content_type(other, alias) if isinstance(other, ContentType) else other
        if there._state.db != alias:
            raise Refused(
                f"{there._meta.label} {there.pk} is a row of {there._state.db!r}, not of {alias!r}",
                f"Fetch or make it there: {there._meta.object_name}.objects.using({alias!r}).",
            )
        setattr(instance, field.attname, getattr(there, field.target_field.attname))
    for name, other in known.generic.items():
        to = instance._meta.get_field(name)
        of = ContentType.objects.db_manager(alias).get_for_model(other, to.for_concrete_model)  # type: ignore[union-attr]
        setattr(instance, instance._meta.get_field(to.ct_field).attname, of.pk)  # type: ignore[union-attr]
        setattr(instance, to.fk_field, other.pk)  # type: ignore[union-attr]
    instance._state.db = alias
    key = instance.pk
    for attempt in range(_TRIES):
        again = bool(known.invented) and fitting(alias).fit(instance, known.invented)
        try:
            with transaction.atomic(using=alias, savepoint=again):
                instance.save(using=alias, force_insert=True)
            break
        except IntegrityError as error:
            if not again or attempt == _TRIES - 1 or getattr(error.__cause__, "sqlstate", "") != _UNIQUE:
                raise
            instance.pk, instance._state.adding = key, True
    if known.dated:
        _rows(type(instance), alias).filter(pk=instance.pk).update(**known.dated)
        vars(instance).update(known.dated)


def _rows(model: type[Model], alias: str) -> QuerySet[Any]:
    return model._base_manager.using(alias)  # noqa: SLF001 - documented; a default manager may hide rows


def _content_type(wanted: ContentType, alias: str) -> ContentType:
    if not wanted._state.adding and wanted._state.db == alias:
        return wanted
    found: ContentType = _rows(ContentType, alias).get_or_create(app_label=wanted.app_label, model=wanted.model)[0]
    return found


def _tie_many(instance: Model, alias: str) -> None:
    for name, others in baked(instance).many.items():
        field: Any = instance._meta.get_field(name)
        through = field.remote_field.through
        near = through._meta.get_field(field.m2m_field_name())
        far = through._meta.get_field(field.m2m_reverse_field_name())
        rows = [
            {
                near.attname: getattr(instance, near.target_field.attname),
                far.attname: getattr(other, far.target_field.attname),
            }
            for other in others
        ]
        if through._meta.auto_created:
            _rows(through, alias).bulk_create([through(**row) for row in rows])
            continue
        with remembering():
            made = [baker.prepare(through, _using=alias, **row) for row in rows]
        for each in made:
            _write(each, alias)
