"""What a team knows of its tables beyond their rules: ratios between them, and values that read true."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from migration_app.engine.rows.shape import Name
    from migration_app.engine.rows.values import Design, Draft


@dataclass(frozen=True)
class Recipes:
    """Recipes by table."""

    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def ratio(self, name: Name) -> float:
        """Give how many rows the table gets for each one that was asked for."""
        return float(self.tables.get(name.short, {}).get("ratio", 1.0))

    def override(self, name: Name, designs: Mapping[Name, Design]) -> Callable[[Draft], None] | None:
        """Give what puts the recipe's values in place of invented ones."""
        del name, designs
        return None


def find_recipes() -> Recipes:
    """Give the recipes of the project: ``fixtures/seeds/*.toml`` under its BASE_DIR."""
    return Recipes()
