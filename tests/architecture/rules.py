"""The rules of docs/architecture: each gives the places that break it, as `path:line: what`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.tree import PACKAGE, Module, Tree

ENGINE = f"{PACKAGE}.engine"
STAGES = tuple(f"{ENGINE}.{stage}" for stage in ("catalog", "diff", "plan", "apply", "rows"))
KINDS = f"{ENGINE}.kinds"
LAYERS: tuple[tuple[str, ...], ...] = (
    tuple(f"{ENGINE}.{name}" for name in ("model", "sql", "errors", "wording")),
    (KINDS, ENGINE),
    STAGES,
    tuple(f"{PACKAGE}.{name}" for name in ("conf", "embedded", "environment", "migrations", "models", "router")),
    (f"{PACKAGE}.services",),
    tuple(
        f"{PACKAGE}.{name}"
        for name in ("admin", "apps", "backend", "baker_recipes", "checks", "factories", "management", "pytest_plugin")
    ),
)
"""From the ground up: a layer imports from itself and from below."""
MAY_EXECUTE = (
    f"{ENGINE}.catalog",
    f"{ENGINE}.apply",
    f"{ENGINE}.rows",
    f"{PACKAGE}.services.connecting",
    f"{PACKAGE}.backend",
)
EXECUTING = frozenset({"execute", "executemany", "callproc", "stream"})
EMPTY_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"})
SOURCES = (PACKAGE, "dbsep_project", "tests", "benchmarks")
MODULE_LINES = 400
FUNCTION_LINES = 40
SQL_LINES = 80
GENERATED = f"{PACKAGE}.migrations"
"""Django writes these; a program's text has no style."""


def engine_without_django(tree: Tree) -> list[str]:
    """The engine knows PostgreSQL and the standard library, nothing of Django or of the app around it."""
    return [
        place(tree, module, line, f"imports {name}")
        for module in tree.modules()
        for line, name in tree.imports(module)
        if module.within(ENGINE)
        and (name.split(".")[0] == "django" or (name.startswith(f"{PACKAGE}.") and not inside(name, ENGINE)))
    ]


def imports_go_one_way(tree: Tree) -> list[str]:
    """Commands, admin and backend call services, these call stages, stages use kinds, no way back."""
    return [
        place(tree, module, line, f"{module.name} imports {name}, which lies above it")
        for module in tree.modules()
        for line, name in tree.imports(module)
        if name.startswith(f"{PACKAGE}.") and module.name != PACKAGE and layer(name) > layer(module.name)
    ]


def stages_stay_apart(tree: Tree) -> list[str]:
    """A stage never calls another: the service chains them."""
    return [
        place(tree, module, line, f"{stage} imports {name}")
        for stage in STAGES
        for module in tree.modules()
        if module.within(stage)
        for line, name in tree.imports(module)
        if any(inside(name, other) for other in STAGES if other != stage)
    ]


def kinds_are_named_at_home(tree: Tree) -> list[str]:
    """No stage names a kind, neither as text nor by importing its module."""
    kinds = kind_names(tree)
    found = []
    for module in tree.modules():
        if not module.within(*STAGES[:4]):
            continue
        found += [
            place(tree, module, node.lineno, f"names the kind {node.value!r}")
            for node in ast.walk(module.syntax)
            if isinstance(node, ast.Constant) and node.value in kinds
        ]
        found += [
            place(tree, module, line, f"imports the kind {name}")
            for line, name in tree.imports(module)
            if name.rpartition(".")[0] == KINDS and name.rpartition(".")[2] in kinds
        ]
    return found


def sql_is_executed_in_few_places(tree: Tree) -> list[str]:
    """Only the ends of the engine, the guards of a connection and the backend execute SQL."""
    return [
        place(tree, module, node.lineno, f"calls .{node.func.attr}()")
        for module in tree.modules()
        if not module.within(*MAY_EXECUTE)
        for node in ast.walk(module.syntax)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in EXECUTING
        and not calls_itself(node.func)
    ]


def modules_are_short(tree: Tree) -> list[str]:
    """A module has 400 lines at most."""
    counted = ((module, len(module.text.splitlines())) for module in tree.modules(*SOURCES))
    return [
        place(tree, module, 1, f"{lines} lines")
        for module, lines in counted
        if lines > MODULE_LINES and not module.within(GENERATED)
    ]


def functions_are_short(tree: Tree) -> list[str]:
    """A function has 40 lines at most, its docstring not counted."""
    return [
        place(tree, module, node.lineno, f"{node.name} has {lines} lines")
        for module in tree.modules(*SOURCES)
        for node in ast.walk(module.syntax)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (lines := function_lines(node)) > FUNCTION_LINES
    ]


def queries_are_short(tree: Tree) -> list[str]:
    """A file of SQL in the package has 80 lines at most."""
    counted = ((path, len(path.read_text(encoding="utf-8").splitlines())) for path in tree.files("*.sql", PACKAGE))
    return [f"{path.relative_to(tree.root)}:1: {lines} lines" for path, lines in counted if lines > SQL_LINES]


def names_say_something(tree: Tree) -> list[str]:
    """A module or package is named for what it holds."""
    return [
        place(tree, module, 1, "is named for nothing in particular")
        for module in tree.modules(*SOURCES)
        if module.name.rpartition(".")[2] in EMPTY_NAMES
    ]


RULES = (
    engine_without_django,
    imports_go_one_way,
    stages_stay_apart,
    kinds_are_named_at_home,
    sql_is_executed_in_few_places,
    modules_are_short,
    functions_are_short,
    queries_are_short,
    names_say_something,
)


def kind_names(tree: Tree) -> frozenset[str]:
    """Give the kinds' names: a kind is a module beside its query, blanks in its name underscores there."""
    folder = tree.root.joinpath(*KINDS.split("."))
    stems = {path.name.partition(".")[0] for path in folder.glob("*.sql")}
    return frozenset(stems | {stem.replace("_", " ") for stem in stems})


def layer(name: str) -> int:
    """Give the height of a module; one that no layer names is above all, until it gets its place."""
    matches = (
        (len(prefix), height) for height, prefixes in enumerate(LAYERS) for prefix in prefixes if inside(name, prefix)
    )
    return max(matches, default=(0, len(LAYERS)))[1]


def calls_itself(function: ast.Attribute) -> bool:
    """Tell whether this is self.… or super().…: a command's own `execute` runs no SQL."""
    receiver = function.value.func if isinstance(function.value, ast.Call) else function.value
    return isinstance(receiver, ast.Name) and receiver.id in {"self", "super"}


def inside(name: str, prefix: str) -> bool:
    """Tell whether a dotted name is a prefix or lies inside of it."""
    return name == prefix or name.startswith(prefix + ".")


def place(tree: Tree, module: Module, line: int, what: str) -> str:
    """Write a finding as editors and CI like it."""
    return f"{module.path.relative_to(tree.root)}:{line}: {what}"


def function_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its decorators and its docstring."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node) is not None:
        told = node.body[0]
        lines -= (told.end_lineno or told.lineno) - told.lineno + 1
    return lines


def unplaced(tree: Tree) -> Iterator[str]:
    """Give the modules that no layer names."""
    yield from (m.name for m in tree.modules() if m.name != PACKAGE and layer(m.name) == len(LAYERS))
