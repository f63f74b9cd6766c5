"""Renders the page of the kinds from the registry: ``python -m tests.documentation.kinds`` writes it."""

from __future__ import annotations

import re
import sys
from importlib.resources import files
from pathlib import Path

from migration_app.engine import kinds
from migration_app.engine.kinds import KINDS
from migration_app.engine.model import Object

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "kinds.md"
NOT_CARRIED = Path(__file__).with_name("not_carried.md")
MAJORS = range(15, 19)
HEAD = """# Kinds of objects

What a clone carries, a comparison sees and a sync changes. Made from the registry, `migration_app/engine/kinds`, by
`python -m tests.documentation.kinds`; a test holds the page to it.

Every kind is read from PostgreSQL 15, 16, 17 and 18, and every attribute named here is compared. An attribute that is
**altered in place** has an `ALTER` of its own; one that is not **replaces** the object: it is dropped and created, and
what depends on it is taken along. Where a version stands behind an attribute, older servers don't have it; a version
behind *read* means that older servers are read with a query of their own. The trials are `fixtures/kinds/<kind>`: each
leads from one schema to another and back, and `pg_dump` judges.

| kind | what it is | read | compared | created | altered in place | replaced for | dropped | cases |
|---|---|---|---|---|---|---|---|---|
"""


def render() -> str:
    """Give the whole page."""
    return HEAD + "".join(map(_row, KINDS)) + "\n" + NOT_CARRIED.read_text(encoding="utf-8")


def _row(kind: type[Object]) -> str:
    compared = [] if kind.SHARED else [name for name in kind.compared() if not _is_key(kind, name)]
    altered = [_attribute(kind, name) for name in compared if name in kind.ALTERS]
    replaced = [_attribute(kind, name) for name in compared if name not in kind.ALTERS]
    cells = (
        kind.KIND,
        _summary(kind),
        _read(kind),
        "named only" if kind.NOT_CARRIED else "no" if kind.SHARED else "yes" if compared else "whether it is there",
        "no" if kind.NOT_CARRIED else "where it is missing" if kind.SHARED else "yes",
        ", ".join(altered) or "-",
        ", ".join(replaced) or "-",
        "no" if kind.SHARED else "yes",
        str(len(list((ROOT / "fixtures" / "kinds" / kind.KIND).glob("*/after.sql"))) or "-"),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _is_key(kind: type[Object], name: str) -> bool:
    """Whether the field is a part of the address that the kind works out itself."""
    return name in _PATHS.get(kind.KIND, ())


_PATHS = {
    "comment": ("column", "index"),
    "security_label": ("provider", "column"),
    "grant": ("column", "grantee", "grantor"),
    "column_settings": ("column",),
    "operator": ("left", "right"),
}
"""What the property ``path`` takes from fields that aren't in KEY."""


def _summary(kind: type[Object]) -> str:
    lines = (sys.modules[kind.__module__].__doc__ or "").strip().splitlines()
    return lines[0].rstrip(".").replace("``", "`")


def _attribute(kind: type[Object], name: str) -> str:
    since = kind.SINCE.get(name)
    return f"`{name}`" + (f" ({since[0]})" if since else "")


def _read(kind: type[Object]) -> str:
    own = sorted(
        int(found[1])
        for entry in files(kinds).iterdir()
        if (found := re.fullmatch(rf"{kind.KIND}\.before_(\d+)\.sql", entry.name))
    )
    return f"{MAJORS[0]} to {MAJORS[-1]}" + (f" (before {', '.join(map(str, own))})" if own else "")


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
