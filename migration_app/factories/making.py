"""Prepares by model_bakery and writes: what ``baker.make`` does, into one database and past its rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, overload

from django.db.models import Model
from model_bakery import baker
from model_bakery.recipe import Recipe

from .baking import remembering
from .pinning import only, pinned
from .writing import write

M = TypeVar("M", bound=Model)


@overload
def make(_model: type[M], _quantity: None = None, _using: str = "", **attrs: object) -> M: ...
@overload
def make(_model: type[M], _quantity: int, _using: str = "", **attrs: object) -> list[M]: ...
@overload
def make(_model: str, _quantity: int | None = None, _using: str = "", **attrs: object) -> Any: ...  # noqa: ANN401 - the model that the text names


def make(_model: type[Model] | str, _quantity: int | None = None, _using: str = "", **attrs: object) -> Any:
    """Make an object, or several, and what they need, and write their rows; ``attrs`` as ``baker.make`` takes them.

    A value that you give is written as it is. One that bakery makes up is replaced where the table's catalog says
    more of the column than its type: a check, a unique index, an exclusion, a length, an enum.

    Raises:
        Refused: the alias is production, or another alias was asked.
        Unsatisfiable: no value keeps a rule, given yours.

    """
    return _written(_prepared(baker.prepare, _model, _quantity, _using, attrs), _using)


def make_recipe(_recipe: str | Recipe[Any], _quantity: int | None = None, _using: str = "", **attrs: object) -> Any:  # noqa: ANN401 - the recipe's model
    """Make an object, or several, by a recipe or its name, and write their rows. Raises what ``make`` does."""
    return _written(prepare_recipe(_recipe, _quantity, _using, **attrs), _using)


def prepare(_model: type[M] | str, _quantity: int | None = None, _using: str = "", **attrs: object) -> Any:  # noqa: ANN401 - an instance, or several
    """Prepare an object, or several, for ``write``; no database is asked."""
    return _prepared(baker.prepare, _model, _quantity, _using, attrs)


def prepare_recipe(_recipe: str | Recipe[Any], _quantity: int | None = None, _using: str = "", **attrs: object) -> Any:  # noqa: ANN401 - an instance, or several
    """Prepare an object, or several, by a recipe, for ``write``."""
    if isinstance(_recipe, str):
        return _prepared(baker.prepare_recipe, _recipe, _quantity, _using, attrs)
    return _prepared(Recipe.prepare, _recipe, _quantity, _using, attrs)


def _prepared(by: Any, what: object, quantity: int | None, using: str, attrs: Mapping[str, object]) -> Any:  # noqa: ANN401 - bakery's own
    alias = pinned(using)
    with only(alias), remembering():
        return by(what, quantity, _using=alias, **attrs)


def _written(made: Any, using: str) -> Any:  # noqa: ANN401 - an instance, or several
    write(*(made if isinstance(made, list) else [made]), using=using)
    return made
