"""Phase 5: bring a database to another's schema, with its rows."""

from __future__ import annotations

import shlex
from argparse import BooleanOptionalAction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from migration_app.engine.wording import several
from migration_app.management import statements, syncs
from migration_app.management.base import Outcome, ServiceCommand
from migration_app.management.outcome import DONE, FOUND
from migration_app.services.migrating import STYLES
from migration_app.services.syncing import Wanted, Writing, sync_schema

if TYPE_CHECKING:
    from django.core.management.base import CommandParser
    from rich.console import Console


class Command(ServiceCommand):
    """`manage.py sync_schema --source prod --target test`."""

    help = "Bring a database to another's schema by ALTER, keeping its rows. Without --apply: show the plan."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the two sides, the part wanted, and what the plan may do."""
        super().add_arguments(parser)
        parser.add_argument("--source", default="prod", help="the alias to follow, or snapshot:FILE (default: prod)")
        parser.add_argument("--target", default="test", help="the alias to change, or snapshot:FILE (default: test)")
        _add_parts(parser)
        _add_writing(parser)
        parser.add_argument("--apply", action="store_true", help="run the plan; without it, only show it")
        parser.add_argument("--confirm", metavar="DATABASE@HOST", help="on production: which database you mean")
        parser.add_argument("--digest", help="run only the plan that was shown with this digest")
        parser.add_argument(
            "--rehearse",
            action=BooleanOptionalAction,
            help="try the plan on a scratch database first (with --apply: unless the server doesn't let us)",
        )
        parser.add_argument("--check", action="store_true", help="exit with 1 where there is something to do")

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Plan, and apply if that was asked."""
        wanted = Wanted(
            schemas=tuple(options["schema"]),
            exclude_schemas=tuple(options["exclude_schema"]),
            skip=tuple(options["skip"]),
            only=tuple(options["only"]),
            excepted=tuple(options["except"]),
            allow=tuple(options["allow"]),
            rename=tuple(options["rename"]),
            no_rename=options["no_rename"],
            one_transaction=options["one_transaction"],
        )
        result = sync_schema(
            options["source"],
            options["target"],
            wanted=wanted,
            apply=options["apply"],
            confirm=options["confirm"],
            digest=options["digest"],
            rehearse=options["rehearse"],
            write=_writing(options),
        )
        if options["sql"]:
            statements.write_script(
                options["sql"],
                result.statements,
                between=f"{result.source} → {result.target}",
                digest=result.digest,
                more=syncs.UNSEEN if result.unseen else "",
            )
        unmet = options["check"] and result.planned and not result.applied
        summary = f"{several(len(result.planned), 'statement')} would bring the target to the source's schema"
        return Outcome(syncs.document(result), FOUND if unmet else DONE, run=result.run, result=result, summary=summary)

    def render(self, console: Console, outcome: Outcome) -> None:
        """Say for each statement what, why, what it may do and how to avoid that; then what to type next."""
        syncs.render(console, outcome.result, again=_again(self.options))
        if self.options["sql"]:
            console.print(f"the statements are in {escape(str(self.options['sql']))}", highlight=False)


def _again(options: dict[str, Any]) -> str:
    """Give the command with the options that make the plan."""
    words = ["manage.py", "sync_schema", "--source", options["source"], "--target", options["target"]]
    for name in ("schema", "exclude_schema", "skip", "only", "except", "rename", "allow"):
        for value in options[name]:
            words += [f"--{name.replace('_', '-')}", value]
    words += [f"--{name.replace('_', '-')}" for name in ("no_rename", "one_transaction") if options[name]]
    return shlex.join(words)


def _writing(options: dict[str, Any]) -> Writing | None:
    if options["write_migration"] is None:
        return None
    return Writing(options["write_migration"], options["style"], options["directory"], tuple(options["alias"]))


def _add_writing(parser: CommandParser) -> None:
    parser.add_argument("--sql", metavar="FILE", type=Path, help="write the statements to a file, too")
    parser.add_argument("--write-migration", metavar="NAME", help="write the plan and its way back as a migration")
    parser.add_argument("--style", choices=STYLES, default="sql", help="whose migration (default: sql)")
    parser.add_argument("--directory", metavar="DIR", help="the folder for the migration's files")
    parser.add_argument(
        "--alias",
        action="append",
        default=[],
        help="a database that a Django migration is for (default: the target; may be given again)",
    )


def _add_parts(parser: CommandParser) -> None:
    many: dict[str, Any] = {"action": "append", "default": [], "metavar": "NAME"}
    parser.add_argument("--schema", **many, help="only this schema (may be given again)")
    parser.add_argument("--exclude-schema", **many, help="not this schema (may be given again)")
    parser.add_argument("--skip", **many, help="not this object: its kind and address (may be given again)")
    parser.add_argument(
        "--only", **many, help="only changes of this kind or at this address, and what they need (may be given again)"
    )
    parser.add_argument("--except", **many, help="no changes of this kind or at this address (may be given again)")
    hazard: dict[str, Any] = {**many, "metavar": "HAZARD"}
    parser.add_argument(
        "--allow", **hazard, help="let the plan do this, as 'deletes data'; or all (may be given again)"
    )
    parser.add_argument(
        "--one-transaction",
        action="store_true",
        help="all or nothing: no CREATE INDEX CONCURRENTLY and the like, though others wait longer",
    )
    parser.add_argument(
        "--rename",
        action="append",
        default=[],
        metavar="KIND:OLD=NEW",
        help="this was renamed: table:orders=purchases, column:orders.total=amount, label:mood.sad=gloomy "
        "(may be given again)",
    )
    parser.add_argument(
        "--no-rename", action="store_true", help="what looks like a rename is none: drop the old, create the new"
    )
