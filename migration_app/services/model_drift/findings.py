"""What doesn't fit between a model and its table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from migration_app.engine.model import Severity, Verdict
from migration_app.services.differences import Difference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db import models

TABLE: Final = "model_table"
FIELD: Final = "model_field"
KEY: Final = "model_key"
UNIQUE: Final = "model_unique"
FOREIGN_KEY: Final = "model_foreign_key"
CHECK: Final = "model_check"
INDEX: Final = "model_index"
CHOICES: Final = "model_choices"

_WORDS: Final = {
    Verdict.ADDED: "not in the database",
    Verdict.REMOVED: "not in the model",
    Verdict.CHANGED: "differs",
}


@dataclass(frozen=True)
class ModelDifference(Difference):
    """One thing in which a model departs from its table: the database is the source, the model the target."""

    fix: str = ""
    """The line to add to the model, or as it should read."""
    hint: str = ""
    """What to do, in a sentence."""

    @property
    def words(self) -> str:
        """The change as a person says it."""
        return _WORDS[self.change]


@dataclass(frozen=True)
class Advice:
    """What mends a finding."""

    hint: str
    line: str = ""


def missing(
    kind: str, address: str, severity: Severity, shown: Mapping[str, object], advice: Advice
) -> ModelDifference:
    """Give what the database has and the model lacks."""
    values = {name: (value, None) for name, value in shown.items()}
    return ModelDifference(kind, address, Verdict.REMOVED, values, severity, fix=advice.line, hint=advice.hint)


def surplus(
    kind: str, address: str, severity: Severity, shown: Mapping[str, object], advice: Advice
) -> ModelDifference:
    """Give what the model has and the database lacks."""
    values = {name: (None, value) for name, value in shown.items()}
    return ModelDifference(kind, address, Verdict.ADDED, values, severity, fix=advice.line, hint=advice.hint)


@dataclass
class Notes:
    """The attributes of one field that differ, as they are found."""

    attributes: dict[str, tuple[object, object]] = field(default_factory=dict)
    severities: set[Severity] = field(default_factory=set)
    options: dict[str, str | None] = field(default_factory=dict)
    """What to write into the model's line: option → source, None to leave it out."""
    anew: bool = False
    """The line has to be another field."""
    reasons: list[str] = field(default_factory=list)

    def add(
        self, name: str, values: tuple[object, object], severity: Severity, reason: str, **options: str | None
    ) -> None:
        """Note an attribute that differs: the table's value and the model's."""
        self.attributes[name] = values
        self.severities.add(severity)
        self.reasons.append(reason)
        self.options |= options

    @property
    def severity(self) -> Severity:
        """The worst of them."""
        return next(each for each in Severity if each in self.severities)


def label(model: type[models.Model]) -> str:
    """Give how findings name a model."""
    return f"{model._meta.app_label}.{model.__name__}"
