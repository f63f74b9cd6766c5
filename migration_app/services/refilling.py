"""Which materialized views are filled again after rows were written, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app.engine.kinds.materialized_view import MaterializedView

if TYPE_CHECKING:
    from migration_app.engine.model import Address, Snapshot


def views_to_refill(current: Snapshot) -> tuple[str, ...]:
    """Give the views that hold rows, each after those that it reads, however far."""
    views = {view.address: view for view in current.of_kind(MaterializedView)}
    order: dict[Address, None] = {}
    seen: set[Address] = set()

    def visit(address: Address) -> None:
        if address not in seen:
            seen.add(address)
            for needed in sorted(current.requires.get(address, ()), key=str):
                visit(needed)
            if address in views:
                order[address] = None

    for address in views:
        visit(address)
    return tuple(views[address].reference for address in order if views[address].populated)
