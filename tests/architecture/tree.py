"""A source tree as the rules see it: modules, what they import, what they say."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PACKAGE = "migration_app"


@dataclass(frozen=True)
class Module:
    """One Python file."""

    path: Path
    name: str
    """Dotted; a package's `__init__` has the package's name."""

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def syntax(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]

    def within(self, *names: str) -> bool:
        """Whether the module is one of these, or inside of one."""
        return any(self.name == name or self.name.startswith(name + ".") for name in names)


@dataclass(frozen=True)
class Tree:
    """The modules of a source tree."""

    root: Path
    """The directory that holds `migration_app`."""

    def modules(self, *folders: str) -> Iterator[Module]:
        """Give the modules below these folders."""
        for folder in folders or (PACKAGE,):
            for path in sorted((self.root / folder).rglob("*.py")):
                parts = path.relative_to(self.root).with_suffix("").parts
                yield Module(path, ".".join(parts[:-1] if parts[-1] == "__init__" else parts))

    def files(self, pattern: str, *folders: str) -> Iterator[Path]:
        """Give the files below these folders whose names match."""
        for folder in folders:
            yield from sorted((self.root / folder).rglob(pattern))

    def imports(self, module: Module) -> Iterator[tuple[int, str]]:
        """Give line and full name of everything the module imports, wherever in it the import stands."""
        for node in ast.walk(module.syntax):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._base(module, node)
                for alias in node.names:
                    full = f"{base}.{alias.name}"
                    yield node.lineno, full if self._is_module(full) else base

    def _is_module(self, name: str) -> bool:
        place = self.root.joinpath(*name.split("."))
        return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()

    @staticmethod
    def _base(module: Module, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = module.package.split(".")
        above = parts[: len(parts) - node.level + 1]
        return ".".join([*above, node.module] if node.module else above)
