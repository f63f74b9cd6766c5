"""Which field of Django's a column type has; where there is none, a field that names the type itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .type_names import TypeName

POSTGRES: Final = "from django.contrib.postgres.fields import"
_FIELDS: Final = {
    "bigint": "models.BigIntegerField",
    "boolean": "models.BooleanField",
    "bytea": "models.BinaryField",
    "character varying": "models.CharField",
    "date": "models.DateField",
    "double precision": "models.FloatField",
    "inet": "models.GenericIPAddressField",
    "integer": "models.IntegerField",
    "interval": "models.DurationField",
    "jsonb": "models.JSONField",
    "smallint": "models.SmallIntegerField",
    "text": "models.TextField",
    "time without time zone": "models.TimeField",
    "timestamp with time zone": "models.DateTimeField",
    "uuid": "models.UUIDField",
    "daterange": "DateRangeField",
    "int4range": "IntegerRangeField",
    "int8range": "BigIntegerRangeField",
    "numrange": "DecimalRangeField",
    "tstzrange": "DateTimeRangeField",
    "tsvector": "SearchVectorField",
}
_IMPORTS: Final = {
    **dict.fromkeys(
        ("DateRangeField", "IntegerRangeField", "BigIntegerRangeField", "DecimalRangeField", "DateTimeRangeField"),
        "django.contrib.postgres.fields",
    ),
    "SearchVectorField": "django.contrib.postgres.search",
    "ArrayField": "django.contrib.postgres.fields",
}
# What stands closest to a type that no field of Django's has: helper class of the written file → the type's values.
_CLOSEST: Final = {
    "real": "TypedFloatField",
    "character": "TypedCharField",
    "json": "TypedJSONField",
    "numeric": "TypedDecimalField",
    "timestamp without time zone": "LocalDateTimeField",
}
AUTO: Final = {
    "bigint": "models.BigAutoField",
    "integer": "models.AutoField",
    "smallint": "models.SmallAutoField",
}


@dataclass(frozen=True)
class FieldType:
    """A field's class with the options that its type asks for."""

    call: str
    options: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    imports: frozenset[tuple[str, str]] = frozenset()
    """Module and name."""
    helpers: frozenset[str] = frozenset()
    """Classes that the written file has to define."""
    exact: bool = True
    """The field's type is the column's."""


def field_type(named: TypeName, base: TypeName, labels: tuple[str, ...] | None, type_text: str) -> FieldType:
    """Give the field for a column's type, ``base`` being what is below its domains."""
    if base.array:
        return _array(named, base, labels, type_text)
    if labels is not None:
        longest = max(map(len, labels), default=1)
        return _typed("TypedCharField", type_text, max_length=str(longest))
    if named != base:
        return _domain(base, type_text)
    return _plain(base) or _closest(base, type_text)


def _plain(base: TypeName) -> FieldType | None:
    if base.schema:
        return None
    if base.name == "numeric" and len(base.modifiers) == 2 and not base.modifiers[1].startswith("-"):  # noqa: PLR2004
        return FieldType("models.DecimalField", {"max_digits": base.modifiers[0], "decimal_places": base.modifiers[1]})
    if base.name == "character varying":
        return FieldType("models.CharField", {"max_length": base.modifiers[0]}) if base.modifiers else None
    if base.modifiers or base.name not in _FIELDS:
        return None
    call = _FIELDS[base.name]
    return FieldType(call, imports=_import(call))


def _closest(base: TypeName, type_text: str) -> FieldType:
    helper = _CLOSEST.get(base.name, "TypedTextField")
    call = _FIELDS.get(base.name, "") if base.modifiers and not base.schema else ""
    if call.startswith("models."):
        # timestamp(3) with time zone and the like: the same values, less precisely.
        helper = f"Typed{call.removeprefix('models.')}"
    options: dict[str, Any] = {}
    if helper == "TypedCharField":
        options["max_length"] = str(base.length or 1)
    if helper == "TypedDecimalField":
        # What PostgreSQL holds at the most (documentation, "Numeric Types").
        options |= {"max_digits": "147455", "decimal_places": "16383"}
    return _typed(helper, type_text, **options)


def _domain(base: TypeName, type_text: str) -> FieldType:
    below = _plain(base) or _closest(base, str(base))
    call = below.call.removeprefix("models.")
    helper = call if call.startswith(("Typed", "Local")) else f"Typed{call}"
    options: dict[str, Any] = {name: value for name, value in below.options.items() if name != "type_name"}
    return _typed(helper, type_text, imports=below.imports, **options)


def _array(named: TypeName, base: TypeName, labels: tuple[str, ...] | None, type_text: str) -> FieldType:
    element = base.element
    text = str(element) if named != base else type_text.removesuffix("[]")
    inner = field_type(element, element, labels, text)
    helper = {"TypedArrayField"} if inner.helpers or named != base else set()
    call = "TypedArrayField" if helper else "ArrayField"
    options = {"type_name": _quoted(type_text)} if named != base else {}
    return FieldType(
        call,
        options,
        (f"{inner.call}({written((), inner.options)})",),
        inner.imports | _import("ArrayField"),
        inner.helpers | helper,
    )


def _typed(helper: str, type_text: str, imports: frozenset[tuple[str, str]] = frozenset(), **options: str) -> FieldType:
    return FieldType(
        helper, {"type_name": _quoted(type_text), **options}, imports=imports, helpers=frozenset({helper}), exact=False
    )


def _import(call: str) -> frozenset[tuple[str, str]]:
    return frozenset({(_IMPORTS[call], call)}) if call in _IMPORTS else frozenset()


def _quoted(text: str) -> str:
    return repr(text) if '"' in text else f'"{text}"'


def written(arguments: tuple[str, ...], options: dict[str, str]) -> str:
    """Give the inside of a call."""
    return ", ".join((*arguments, *(f"{name}={value}" for name, value in options.items())))
