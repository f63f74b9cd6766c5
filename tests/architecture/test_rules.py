"""The architecture holds, and each rule can fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import rules
from tests.architecture.tree import Tree

PROJECT = Tree(Path(__file__).resolve().parents[2])

Rule = Callable[[Tree], list[str]]

BREACHES: tuple[tuple[Rule, str, str], ...] = (
    (rules.engine_without_django, "engine/sql.py", "import django.db"),
    (rules.engine_without_django, "engine/sql.py", "def f():\n    from django.conf import settings"),
    (rules.engine_without_django, "engine/plan/order.py", "from migration_app import conf"),
    (rules.engine_without_django, "engine/plan/order.py", "from ... import conf"),
    (rules.imports_go_one_way, "services/cloning.py", "from migration_app.admin import runs"),
    (rules.imports_go_one_way, "services/cloning.py", "from ..admin import runs"),
    (rules.imports_go_one_way, "engine/kinds/policy.py", "from migration_app.engine import catalog"),
    (rules.imports_go_one_way, "engine/model.py", "import migration_app.engine.kinds.policy"),
    (rules.imports_go_one_way, "models/history.py", "import migration_app.services"),
    (rules.imports_go_one_way, "services/cloning.py", "import migration_app.a_module_without_a_place"),
    (rules.stages_stay_apart, "engine/diff/__init__.py", "from migration_app.engine.catalog import read"),
    (rules.stages_stay_apart, "engine/diff/order.py", "from ..plan import order"),
    (rules.kinds_are_named_at_home, "engine/diff/order.py", "first = kind == 'policy'"),
    (rules.kinds_are_named_at_home, "engine/plan/order.py", "rank = {'row security': 1}"),
    (rules.kinds_are_named_at_home, "engine/catalog/__init__.py", "from ..kinds import policy"),
    (rules.sql_is_executed_in_few_places, "services/cloning.py", "connection.execute('SELECT 1')"),
    (rules.sql_is_executed_in_few_places, "engine/diff/order.py", "cursor.executemany('x', [])"),
    (rules.sql_is_executed_in_few_places, "admin/runs.py", "cursor.execute('SELECT 1')"),
    (rules.modules_are_short, "services/cloning.py", "x = 1\n" * 401),
    (rules.functions_are_short, "services/cloning.py", "def f():\n" + "    x = 1\n" * 40),
    (
        rules.functions_are_short,
        "services/cloning.py",
        "class A:\n  async def f(self):\n" + "    x = 1\n" * 40,
    ),
    (rules.queries_are_short, "engine/kinds/policy.sql", "SELECT 1;\n" * 81),
    (rules.names_say_something, "services/utils.py", "x = 1"),
    (rules.names_say_something, "services/common/__init__.py", "x = 1"),
)

ALLOWED = {
    "migrations/0001_initial.py": "x = 1\n" * 401,
    "services/cloning.py": "from migration_app.engine import catalog\nfrom migration_app.models import Run\n",
    "services/connecting/guards.py": "connection.execute('SELECT 1')\n",
    "engine/catalog/__init__.py": (
        "from migration_app.engine.kinds import REGISTRY\n"
        "from migration_app.engine.errors import CatalogUnreadable\n"
        "connection.execute('SELECT 1')\n"
        "note = 'a policy is not named here'\n"
    ),
    "engine/kinds/policy.py": "from migration_app.engine.model import Address\nname = 'policy'\n",
    "management/base.py": "def f(self):\n    super().execute()\n",
    "admin/runs.py": "from django.contrib import admin\nfrom migration_app.services import history\n",
    "services/counting.py": "def f():\n    '''" + "words\n" * 50 + "'''\n" + "    x = 1\n" * 39,
}


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Give a tiny tree that keeps every rule."""
    for folder in (
        "engine/catalog",
        "engine/diff",
        "engine/plan",
        "engine/kinds",
        "services",
        "models",
        "admin",
    ):
        write(tmp_path, f"{folder}/__init__.py", "")
    write(tmp_path, "__init__.py", "")
    write(tmp_path, "engine/__init__.py", "")
    write(tmp_path, "conf.py", "")
    write(tmp_path, "a_module_without_a_place.py", "")
    write(tmp_path, "engine/plan/order.py", "")
    write(tmp_path, "engine/kinds/policy.sql", "SELECT 1;\n")
    write(tmp_path, "engine/kinds/row_security.sql", "SELECT 1;\n")
    for path, text in ALLOWED.items():
        write(tmp_path, path, text)
    return Tree(tmp_path)


def write(root: Path, path: str, text: str) -> None:
    file = root / "migration_app" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_the_project_keeps_the_rule(rule: Rule) -> None:
    assert rule(PROJECT) == []


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_a_tree_that_keeps_the_rule_passes(rule: Rule, tree: Tree) -> None:
    assert rule(tree) == []


@pytest.mark.parametrize(("rule", "path", "text"), BREACHES)
def test_a_breach_is_found_in_its_place(rule: Rule, path: str, text: str, tree: Tree) -> None:
    write(tree.root, path, text)
    found = rule(tree)
    assert len(found) == 1
    assert found[0].startswith(f"migration_app/{path}:")


def test_every_rule_is_shown_to_fail() -> None:
    assert {rule for rule, _, _ in BREACHES} == set(rules.RULES)


def test_every_module_of_the_project_has_its_layer() -> None:
    assert list(rules.unplaced(PROJECT)) == []
