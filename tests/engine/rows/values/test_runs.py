"""Fields that are looked up together are those that are looked up one by one."""

from __future__ import annotations

from migration_app.engine.rows.values.batch import Batch, Maker
from migration_app.engine.rows.values.design import Standing
from migration_app.engine.rows.values.makers import Constant, LookedUp, Numbered, Same
from migration_app.engine.rows.values.runs import runs

PARENT = Standing({"id": [10, 11, 12], "note": ["a\tb", None, "c"]}, lambda _: ())
OTHER = Standing({"id": [7, 8, 9]}, lambda _: ())
MAKERS: dict[str, Maker] = {
    "number": Numbered(lambda row: row),
    "→parent": Numbered(lambda row: (None, 2, 1, 0)[row % 4]),
    "→other": Numbered(lambda row: row % 3),
    "parent": LookedUp("→parent", PARENT, "id"),
    "note": LookedUp("→parent", PARENT, "note"),
    "again": Same("note"),
    "fixed": Constant("x\ty"),
    "other": LookedUp("→other", OTHER, "id"),
}
COLUMNS = ("number", "parent", "note", "fixed", "again", "other")


def test_neighbours_that_one_row_decides_are_looked_up_together() -> None:
    found = runs(COLUMNS, MAKERS)
    assert [run.columns for run in found] == [("number",), ("parent", "note", "fixed", "again"), ("other",)]
    batch = Batch(MAKERS, range(8))
    apart = zip(*(Batch(MAKERS, range(8)).texts(name) for name in found[1].columns), strict=True)
    assert found[1].texts(batch) == ["\t".join(fields) for fields in apart]
