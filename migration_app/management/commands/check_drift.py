"""Phases 3 and 5: find every object in which two schemas differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migration_app.management import formats
from migration_app.management.base import Outcome, ServiceCommand
from migration_app.management.outcome import DONE, FOUND
from migration_app.services.drift import check_drift

if TYPE_CHECKING:
    from django.core.management.base import CommandParser
    from rich.console import Console


class Command(ServiceCommand):
    """`manage.py check_drift --source prod --target test`."""

    help = "Compare two databases' schemas object by object. Exit code 1 where they differ. Changes nothing."
    formats = ("text", "json", *formats.FORMATS)
    requires_system_checks: Any = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the two sides and what of them is compared."""
        super().add_arguments(parser)
        many: dict[str, Any] = {"action": "append", "default": [], "metavar": "NAME"}
        parser.add_argument("--source", default="prod", help="the alias to hold to, or snapshot:FILE (default: prod)")
        parser.add_argument("--target", default="test", help="the alias to check, or snapshot:FILE (default: test)")
        parser.add_argument("--schema", **many, help="only this schema (may be given again)")
        parser.add_argument("--exclude-schema", **many, help="not this schema (may be given again)")
        parser.add_argument("--skip", **many, help="not this object: its kind and address (may be given again)")
        parser.add_argument(
            "--models",
            nargs="*",
            metavar="APP",
            help="hold the unmanaged models to the source, too: the core models, or those of these apps",
        )
        parser.add_argument("--judge", choices=("pg_dump",), help="have PostgreSQL's own tool compare both sides, too")
        parser.add_argument("--sql", action="store_true", help="add the statements that mend the target")

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Compare."""
        result = check_drift(
            options["source"],
            options["target"],
            schemas=tuple(options["schema"]),
            exclude_schemas=tuple(options["exclude_schema"]),
            skip=tuple(options["skip"]),
            sql=options["sql"],
            models=options["models"],
            second_opinion=options["judge"] is not None,
        )
        same = result.identical and (result.judge is None or result.judge.agrees)
        return Outcome(
            formats.document(result),
            DONE if same else FOUND,
            run=result.run,
            result=result,
            summary=f"{len(result.differences)} differences were found",
        )

    def render(self, console: Console, outcome: Outcome) -> None:
        """Print what differs, both sides' values beside each other."""
        formats.render(console, outcome.result, sql=self.options["sql"])

    def formatted(self, form: str, outcome: Outcome) -> str:
        """Give the result in a CI system's format."""
        return formats.FORMATS[form](outcome.result)
