from __future__ import annotations

from migration_app.engine.kinds import KINDS
from tests.documentation.kinds import PAGE, ROOT, render

WITHOUT_FOLDER = {
    "role": "lives in the cluster; grants and owners bring it along",
    "column_settings": "the cases of materialized_view",
    "tablespace": "named, not carried: tests/services/cloning/test_tablespaces.py",
    "security_label": "no provider is at hand: tests/engine/kinds/test_security_label.py",
}


def test_the_page_of_the_kinds_is_what_the_registry_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run: python -m tests.documentation.kinds"


def test_every_kind_has_cases_or_a_reason_for_none() -> None:
    folders = {path.parent.parent.name for path in (ROOT / "fixtures" / "kinds").glob("*/*/after.sql")}
    assert {kind.KIND for kind in KINDS} - folders <= WITHOUT_FOLDER.keys()
