"""model_bakery behind a seed: each row's values depend on the seed, the recipe and the row's number alone."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db.models import UUIDField

from migration_app.engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

_APP: Final = "migration_app"


class Kitchen:
    """Prepares instances by recipe, in memory only: nothing is saved, and no database is asked."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._counts: Counter[str] = Counter()
        self.served: list[Model] = []
        """All instances, in the order in which they were made."""
        self.plain: dict[str, list[dict[str, object]]] = {}
        """Rows of tables that have no model."""

    def make(self, recipe: str, **given: Any) -> Any:  # noqa: ANN401 - an instance of the recipe's model
        """Prepare the next instance of the recipe; ``given`` are the values that tie it to others."""
        from model_bakery import baker
        from model_bakery.random_gen import baker_random

        self._counts[recipe] += 1
        number = self._counts[recipe]
        model = apps.get_model(_APP, recipe.replace("_", ""))
        key = model._meta.get_field("id") if any(f.name == "id" for f in model._meta.concrete_fields) else None
        if key is not None:
            given.setdefault("id", self._uuid(recipe, number) if isinstance(key, UUIDField) else number)
        baker_random.seed(f"{self._seed}/{recipe}/{number}")
        instance: Model = baker.prepare_recipe(f"{_APP}.{recipe}", **given)  # type: ignore[no-untyped-call]
        self.served.append(instance)
        return instance

    def _uuid(self, recipe: str, number: int) -> uuid.UUID:
        digest = hashlib.blake2b(f"{self._seed}/{recipe}/{number}".encode(), digest_size=16).digest()
        return uuid.UUID(bytes=digest, version=4)


@contextmanager
def kitchen(seed: int) -> Iterator[Kitchen]:
    """Give a kitchen, and leave bakery's random numbers to others as they were found.

    Raises:
        UsageError: model_bakery isn't installed.

    """
    try:
        from model_bakery.random_gen import baker_random
    except ImportError as error:
        raise UsageError("model_bakery is not installed", "Install it: pip install 'dbsep[seed]'.") from error
    before = baker_random.getstate()
    try:
        yield Kitchen(seed)
    finally:
        baker_random.setstate(before)
