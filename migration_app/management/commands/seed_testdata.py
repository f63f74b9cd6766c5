"""Fill a marked database with rows that keep all its rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from migration_app.engine.errors import UsageError
from migration_app.management.base import Outcome, ServiceCommand
from migration_app.management.rows import document, show_rows
from migration_app.services.seeding import PROFILES, Resemblance, Seeded, seed_testdata, write_report

if TYPE_CHECKING:
    from django.core.management.base import CommandParser
    from rich.console import Console


class Command(ServiceCommand):
    """`manage.py seed_testdata --target test --profile minimal`."""

    files: tuple[Path, ...] = ()
    """What --report wrote."""
    help = "Fill a test database with rows that keep all its rules; the same seed gives the same rows."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the target, and how much of what."""
        super().add_arguments(parser)
        parser.add_argument("--target", default="test", help="the alias to fill (default: test)")
        parser.add_argument(
            "--profile",
            choices=PROFILES,
            default="minimal",
            help="minimal: a connected handful; demo: a shop that looks alive; volume: as many as --rows says",
        )
        parser.add_argument("--rows", type=int, metavar="N", help="how many rows a table")
        parser.add_argument(
            "--table",
            action="append",
            default=[],
            metavar="T",
            help="only this table and what its rows need (may be given again)",
        )
        parser.add_argument(
            "--seed", type=int, default=1, metavar="N", help="another seed gives other rows (default: 1)"
        )
        parser.add_argument(
            "--streams", type=int, metavar="N", help="how many connections write at once (default: by cores and rows)"
        )
        parser.add_argument(
            "--reset", action="store_true", help="empty the tables first, and those whose rows refer to them"
        )
        parser.add_argument(
            "--like",
            metavar="ALIAS",
            help="take the rows' shape from this database's statistics (never its values): how many, how often null, "
            "how many different ones, in which range",
        )
        parser.add_argument(
            "--scale", type=float, default=1.0, metavar="X", help="with --like: rows for each of its (default: 1)"
        )
        parser.add_argument(
            "--report", type=Path, metavar="FILE", help="with --like: compare the two sides in a page of Markdown"
        )

    def run(self, **options: Any) -> Outcome:  # noqa: ANN401 - argparse's values
        """Seed."""
        if options["like"] is None and (options["report"] is not None or options["scale"] != 1):
            raise UsageError(
                "--scale and --report go with --like", "Name the alias whose shape is wanted: --like prod."
            )
        result = seed_testdata(
            options["target"],
            profile=options["profile"],
            rows=options["rows"],
            tables=tuple(options["table"]),
            seed=options["seed"],
            reset=options["reset"],
            like=options["like"],
            scale=options["scale"],
            streams=options["streams"],
            told=self.progress.part,
        )
        if options["report"] is not None and result.resemblance is not None:
            self.files = write_report(result.resemblance, options["report"])
        summary = f"{len(result.unfilled)} could not be filled"
        return Outcome(
            _document(result), exit_code=1 if result.unfilled else 0, run=result.run, result=result, summary=summary
        )

    def render(self, console: Console, outcome: Outcome) -> None:
        """Say what was written."""
        result: Seeded = outcome.result
        show_rows(console, result)
        for name in result.kept:
            console.print(f"{name} holds rows already and was left as it is (--reset empties it)", highlight=False)
        for name, reason in result.unfilled.items():
            console.print(f"{name} was not filled: {reason}", highlight=False, markup=False)
        if result.resemblance is not None:
            self._compared(console, result.resemblance)
        for note in result.notes:
            console.print(note, highlight=False, markup=False)
        console.print(
            f"{result.summary} of {result.target}, seed {result.seed}, {result.seconds:.1f} s",
            highlight=False,
        )

    def _compared(self, console: Console, of: Resemblance) -> None:
        for words, names in (("no statistics of", of.unknown), ("no rows in the source, and so none here", of.bare)):
            if names:
                console.print(f"{words}: {', '.join(names)}", highlight=False, markup=False)
        console.print(
            f"{len(of.columns)} columns beside {of.source}: in the median, null fractions differ by "
            f"{of.nulls_apart:.3f}, numbers of different values by {of.distinct_apart:.0%}, "
            f"ranges by {of.steps_apart:.0%} of their span",
            highlight=False,
            markup=False,
        )
        for file in self.files:
            console.print(f"report: {file}", highlight=False, markup=False)


def _resemblance(of: Resemblance | None) -> dict[str, object] | None:
    if of is None:
        return None
    return {
        "source": of.source.document(),
        "scale": of.scale,
        "without_statistics": list(of.unknown),
        "empty": list(of.bare),
        "columns": [
            {
                "table": column.table.short,
                "column": column.column,
                "nulls": [column.wanted.nulls, column.found.nulls],
                "distinct": [column.wanted_distinct, column.found_distinct],
                "steps_apart": column.steps_apart,
                "shares_apart": column.shares_apart,
            }
            for column in of.columns
        ],
    }


def _document(result: Seeded) -> dict[str, object]:
    return {
        **document(result),
        "profile": result.profile,
        "kept": list(result.kept),
        "unfilled": dict(result.unfilled),
        "notes": list(result.notes),
        "seed": result.seed,
        "like": _resemblance(result.resemblance),
    }
