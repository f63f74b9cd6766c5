"""model_bakery's Baker, remembering what it made up and what it would only have saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import MethodType
from typing import Any, Final

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, ForeignKey, Model
from django.db.models.fields.related_descriptors import ReverseManyToOneDescriptor
from django.test.utils import override_settings
from django.utils.module_loading import import_string
from model_bakery import baker
from model_bakery.recipe import related

_BAKED: Final = "_dbsep_baked"


@dataclass(frozen=True)
class Baked:
    """What isn't to be seen from an instance itself."""

    invented: frozenset[str] = frozenset()
    """Fields whose values bakery made up."""
    many: Mapping[str, tuple[Model, ...]] = field(default_factory=dict)
    """Many-to-many field → the objects to be tied to this one."""
    children: Mapping[str, tuple[Model, ...]] = field(default_factory=dict)
    """Name of a reverse relation → the objects that are to refer to this one."""
    generic: Mapping[str, Model] = field(default_factory=dict)
    """Generic foreign key → the object referred to."""
    dated: Mapping[str, object] = field(default_factory=dict)
    """Values for fields that Django sets to the present whatever they hold."""


def baked(instance: Model) -> Baked:
    """Give what is remembered of an instance; nothing where it was made by other hands."""
    found: Baked = getattr(instance, _BAKED, _PLAIN)
    return found


_PLAIN: Final = Baked()


class Baker(baker.Baker[Any]):
    """A Baker whose ``prepare`` asks no database; for ``BAKER_CUSTOM_CLASS``, where you call bakery's own."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - bakery's own
        super().__init__(*args, **options)
        self._invented: set[str] = set()
        self._prepares = False

    def prepare(self, *args: Any, **attrs: Any) -> Any:  # noqa: ANN401 - bakery's own
        """Prepare an instance that remembers."""
        self._prepares = True
        return super().prepare(*args, **attrs)

    def generate_value(self, field: Any, commit: bool = True, _full_clean: bool = False) -> Any:  # noqa: ANN401 - bakery's own
        """Make a value up; None for a type that bakery doesn't know, where the catalog does."""
        if self._prepares and isinstance(field, ForeignKey) and issubclass(_target(field), ContentType):
            return ContentType(app_label=self.model._meta.app_label, model=self.model._meta.model_name)
        if not field.is_relation and not field.has_default() and not field.has_db_default():
            self._invented.add(field.name)
        try:
            return super().generate_value(field, commit, _full_clean)
        except TypeError:
            if not self._prepares or field.name not in self._invented:
                raise
            return None

    def m2m_value(self, field: Any) -> list[Any]:  # noqa: ANN401 - bakery's own
        """Prepare what bakery would save at once."""
        if not self._prepares:
            return super().m2m_value(field)
        if field.name not in self.rel_fields:
            return []
        given = baker.filter_rel_attrs(field.name, **self.rel_attrs)
        return list(baker.prepare(field.related_model, _quantity=_MANY, _using=self._using, **given))

    def instance(self, attrs: dict[str, Any], *args: Any, **options: Any) -> Any:  # noqa: ANN401 - bakery's own
        """Make the instance of its values."""
        if not self._prepares:
            return super().instance(attrs, *args, **options)
        children, generic, dated = _set_apart(self.model, attrs)
        made = super().instance(attrs, *args, **options)
        many = {name: _all(values) for name, values in self.m2m_dict.items()}
        setattr(made, _BAKED, Baked(frozenset(self._invented), many, children, generic, dated))
        self._invented = set()
        return made


_MANY: Final = 2


@contextmanager
def remembering() -> Iterator[None]:
    """Have bakery's ``prepare`` remember, for related objects too; a Baker of the project's own does its part."""
    with override_settings(BAKER_CUSTOM_CLASS=_over(getattr(settings, "BAKER_CUSTOM_CLASS", None))):
        yield


@cache
def _over(custom: str | type[Any] | None) -> type[Any]:
    base = import_string(custom) if isinstance(custom, str) else custom
    return (
        Baker
        if base is None or issubclass(Baker, base) or issubclass(base, Baker)
        else type("Baker", (Baker, base), {})
    )


def _target(field: ForeignKey[Any, Any]) -> type[Model]:
    found: type[Model] = field.remote_field.model
    return found


def _set_apart(
    model: type[Model], attrs: dict[str, Any]
) -> tuple[dict[str, tuple[Model, ...]], dict[str, Model], dict[str, object]]:
    children: dict[str, tuple[Model, ...]] = {}
    generic: dict[str, Model] = {}
    dated: dict[str, object] = {}
    for name, value in tuple(attrs.items()):
        descriptor = getattr(model, name, None)
        of = getattr(descriptor, "field", descriptor)
        if isinstance(descriptor, ReverseManyToOneDescriptor) and name not in {
            f.name for f in model._meta.many_to_many
        }:
            children[name] = _all(attrs.pop(name))
        elif isinstance(of, GenericForeignKey) and isinstance(value, Model):
            generic[name] = attrs.pop(name)
        elif isinstance(of, Field) and (getattr(of, "auto_now", False) or getattr(of, "auto_now_add", False)):
            dated[name] = value
    return children, generic, dated


def _all(values: Iterable[Model] | Callable[[], Iterable[Model]]) -> tuple[Model, ...]:
    if isinstance(values, MethodType) and isinstance(values.__self__, related):
        return tuple(recipe.prepare() for recipe in values.__self__.related)
    return tuple(values() if callable(values) else values)
