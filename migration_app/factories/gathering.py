"""Which objects have to be written for some to be, in the order that their references ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, ForeignKey, Model

from migration_app.engine.errors import UsageError

from .baking import baked


def in_order(instances: Iterable[Model]) -> tuple[Model, ...]:
    """Give the unsaved objects among these and all that hang on them, each after those it refers to.

    Raises:
        UsageError: objects refer to one another in a circle.

    """
    found: list[Model] = []
    done: set[int] = set()
    for instance in instances:
        _visit(instance, found, done, ())
    return tuple(found)


def references(instance: Model) -> Iterator[tuple[ForeignKey[Any, Any], Model]]:
    """Give each foreign key of the object that leads to an object in memory."""
    for field in instance._meta.concrete_fields:
        if isinstance(field, ForeignKey) and field.is_cached(instance):
            other = field.get_cached_value(instance)
            if isinstance(other, Model):
                yield field, other


def tie(child: Model, name: str, parent: Model) -> None:
    """Have the child refer to the parent by the parent's reverse relation of that name."""
    field: Field[Any, Any] = getattr(type(parent), name).field
    field.set_cached_value(child, parent)  # type: ignore[attr-defined]


def _visit(instance: Model, found: list[Model], done: set[int], path: tuple[Model, ...]) -> None:
    if any(each is instance for each in path):
        circle = " → ".join(each._meta.label for each in (*path, instance))
        raise UsageError(
            f"objects refer to one another in a circle: {circle}", "Leave one reference out, and set it later."
        )
    if id(instance) in done or (not instance._state.adding and not isinstance(instance, ContentType)):
        return
    more = baked(instance)
    for _, other in references(instance):
        if not isinstance(other, ContentType):
            _visit(other, found, done, (*path, instance))
    for other in more.generic.values():
        _visit(other, found, done, (*path, instance))
    done.add(id(instance))
    found.append(instance)
    for others in more.many.values():
        for other in others:
            _visit(other, found, done, ())
    for name, others in more.children.items():
        for other in others:
            tie(other, name, instance)
            _visit(other, found, done, ())
