"""A drift check as GitHub's workflow commands: annotations on the run and on the pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migration_app.engine.model import Severity, Verdict

from .values import readable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migration_app.services.drift import Difference, Drift

_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def github(result: Drift) -> str:
    """Give one command a difference, an object's parts left to the object, and a last line for the log."""
    return "\n".join(_lines(result))


def _lines(result: Drift) -> Iterator[str]:
    outermost = [each for each in result.differences if not each.part_of]
    for each in outermost:
        yield _command(_LEVELS[each.severity], f"{each.kind} {each.address}", f"{each.words}{_values(each)}")
    for sighting in result.unmodelled:
        yield _command("warning", str(sighting), "not compared: objects of this kind are not carried yet")
    if result.judge is not None:
        for said in result.judge.disagreements:
            yield _command("error", said.object, f"the engine says {said.engine}, pg_dump says {said.pg_dump}")
    verdict = "identical" if result.identical else f"{len(outermost)} objects differ"
    yield f"{result.source} -> {result.target}: {verdict}, {result.objects} objects compared"


def _values(each: Difference) -> str:
    if each.change is not Verdict.CHANGED:
        return ""
    pairs = (
        f"\n{name}: {readable(source)} (source) | {readable(target)} (target)"
        for name, (source, target) in each.shown().items()
    )
    return ":" + "".join(pairs)


def _command(level: str, title: str, message: str) -> str:
    return f"::{level} title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
