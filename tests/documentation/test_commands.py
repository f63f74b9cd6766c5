from __future__ import annotations

import re

import pytest

from tests.documentation.commands import PAGE, ROOT, names, render

CONTRACT = (
    "analyze_tables",
    "check_drift",
    "clone_schema",
    "copy_masked",
    "create_missing_tables",
    "drop_test_tables",
    "init_environment",
    "migration_status",
    "restore_test_tables",
    "seed_testdata",
    "separate",
    "snapshot_schema",
    "verify_isolation",
)


def test_the_reference_of_commands_is_what_the_parsers_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run: python -m tests.documentation.commands"


@pytest.mark.parametrize("name", CONTRACT)
def test_every_command_of_the_contract_is_there(name: str) -> None:
    assert name in names()


def test_no_page_links_to_a_file_that_is_not_there() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []
