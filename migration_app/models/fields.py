"""Fields for columns whose type is PostgreSQL's own to define: enums, domains, a composite type.

The types exist in the database; Django only has to name them where it writes DDL, and else to treat their
values as what they are made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.expressions import Expression


class _Named:
    """A field whose column type is called `type_name`."""

    type_name = ""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002 - Django's signature
        return self.type_name

    def cast_db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002 - Django's signature
        return self.type_name


class EnumField(_Named, models.CharField):  # type: ignore[type-arg]
    """A column of an enum type; the choices are its labels in its order."""

    def __init__(self, type_name: str, **options: Any) -> None:  # noqa: ANN401 - whatever the field takes
        self.type_name = type_name
        options.setdefault("max_length", 63)  # a label is a name, and names have 63 bytes
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Give the type's name as the first argument, as __init__ takes it."""
        name, path, _, options = super().deconstruct()
        return name or "", path, [self.type_name], options


class EmailAddressField(_Named, models.EmailField):  # type: ignore[type-arg]
    """A column of the domain email_address over varchar(254)."""

    type_name = "email_address"


class CurrencyField(_Named, models.CharField):  # type: ignore[type-arg]
    """A column of the domain currency_code over varchar(3); the domain itself defaults to EUR."""

    type_name = "currency_code"

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - whatever the field takes
        options.setdefault("max_length", 3)
        options.setdefault("db_default", "EUR")
        super().__init__(**options)


class QuantityField(_Named, models.IntegerField):  # type: ignore[type-arg]
    """A column of the domain positive_quantity: a whole number above nought."""

    type_name = "positive_quantity"


class Dimensions(NamedTuple):
    """The outside of a parcel, in millimetres; any of them may be unknown."""

    length_mm: int | None
    width_mm: int | None
    height_mm: int | None


class DimensionsField(_Named, models.Field):  # type: ignore[type-arg]
    """A column of the composite type dimensions."""

    type_name = "dimensions"
    description = "The outside of a parcel"

    def from_db_value(
        self, value: object, _expression: Expression, _connection: BaseDatabaseWrapper
    ) -> Dimensions | None:
        """Read the text `(200,80,60)`, or the tuple that psycopg gives once the type is registered."""
        return self.to_python(value)

    def to_python(self, value: object) -> Dimensions | None:
        """Give the value as Dimensions; raises ValidationError for what isn't one."""
        if value is None or isinstance(value, Dimensions):
            return value
        parts: Any = value.strip("()").split(",") if isinstance(value, str) else value
        try:
            return Dimensions(*(int(part) if part not in {"", None} else None for part in parts))
        except (TypeError, ValueError):
            raise ValidationError(f"{value!r} is no length, width and height") from None

    def get_prep_value(self, value: object) -> str | None:
        """Write a row's text form: an empty place is a null."""
        found = self.to_python(super().get_prep_value(value))
        return found and "(" + ",".join("" if part is None else str(part) for part in found) + ")"
