"""Phase 4: write unmanaged models for tables that are there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from migration_app.engine.errors import UsageError
from migration_app.management.base import Outcome, ServiceCommand
from migration_app.services.generating import generate_models

if TYPE_CHECKING:
    from django.core.management.base import CommandParser
    from rich.console import Console


class Command(ServiceCommand):
    """`manage.py generate_models --database prod --output shop/models.py`."""

    help = (
        "Write unmanaged models for a database's tables, with keys, checks, enums and indexes. Changes nothing there."
    )
    requires_system_checks: Any = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add where to read, what of it, and where to write."""
        super().add_arguments(parser)
        many: dict[str, Any] = {"action": "append", "default": [], "metavar": "NAME"}
        parser.add_argument("--database", default="prod", help="the alias to read, or snapshot:FILE (default: prod)")
        parser.add_argument("--schema", **many, help="the tables of this schema (may be given again)")
        parser.add_argument("--table", **many, help="this table: table or schema.table (may be given again)")
        parser.add_argument("--output", required=True, metavar="FILE", help="the file to write")

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Read, and write the file."""
        result = generate_models(options["database"], schemas=options["schema"], tables=options["table"])
        output = Path(options["output"])
        try:
            output.write_text(result.text, encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"cannot write {output}: {error.strerror}", "Name a file in a directory that is there."
            ) from error
        document = {
            "database": str(result.database),
            "models": dict(result.models),
            "notes": list(result.notes),
            "output": str(output),
            "seconds": round(result.seconds, 3),
            "run": result.run,
        }
        return Outcome(document, run=result.run, result=result)

    def render(self, console: Console, outcome: Outcome) -> None:
        """Print what was written, and what the models can't say."""
        found = outcome.result
        console.print(f"{len(found.models)} models written to {self.options['output']}", markup=False, highlight=False)
        for note in found.notes:
            console.print(f"  {note}", markup=False, highlight=False)
