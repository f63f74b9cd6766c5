"""The entries of a pg_dump script, each with the header that pg_dump writes before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from migration_app.engine.diff.printing import printed_alike
from migration_app.engine.kinds.cast import Cast
from migration_app.engine.kinds.grant import Grant
from migration_app.engine.kinds.identity import Identity
from migration_app.engine.kinds.index_attachment import IndexAttachment
from migration_app.engine.kinds.member_grant import MemberGrant
from migration_app.engine.kinds.operator_class import OperatorClass
from migration_app.engine.kinds.operator_family import OperatorFamily
from migration_app.engine.kinds.publication_schema import PublicationSchema
from migration_app.engine.kinds.transform import Transform
from migration_app.engine.kinds.user_mapping import UserMapping

if TYPE_CHECKING:
    from migration_app.engine.model import Address, Object, Snapshot

Label = tuple[str, str, str]
"""What is said, the schema, the object's name: how entries and the engine's objects are brought together."""

_HEADER: Final = re.compile(
    r"^--\n-- Name: (?P<name>.*); Type: (?P<type>[A-Z ]+); Schema: (?P<schema>.*); Owner: (?P<owner>.*)\n--\n",
    re.MULTILINE,
)
_STATE: Final = re.compile(r"^SET default_\w+ = .*;\n", re.MULTILINE)
_END: Final = re.compile(r"\n--\n-- PostgreSQL database dump complete\n--\s*\Z")
# The order of columns differs where one was added later; the order of an ACL is the order of the GRANTs.
_UNORDERED: Final = frozenset({"TABLE", "FOREIGN TABLE", "ACL", "DEFAULT ACL"})
_OPTIONS: Final = re.compile(r"(?<=\bWITH \()[^()]*(?=\))")
_ABOUT: Final = {
    "ACL": "grant",
    "COMMENT": "comment",
    "DEFAULT ACL": "default_privilege",
    "SECURITY LABEL": "security_label",
    "SEQUENCE OWNED BY": "sequence_owner",
    "ROW SECURITY": "row_security",
    "TABLE ATTACH": "partition",
    "INDEX ATTACH": "index_attachment",
}
# What every version grants on a table; from PostgreSQL 17 on, ALL is more than this.
_ALL_OF_OLD: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"})
_LISTED: Final = re.compile(r"(?<=^GRANT )[A-Z,]+(?= ON TABLE )", re.MULTILINE)
_NAMES_TYPE: Final = frozenset({"ACL", "COMMENT", "SECURITY LABEL"})
_ON: Final = re.compile(r"(?P<inner>.*) ON (?P<outer>.*)")
_TYPES: Final = re.compile(
    r"^(ACCESS METHOD|EVENT TRIGGER|FOREIGN DATA WRAPPER|FOREIGN SERVER|FOREIGN TABLE|MATERIALIZED VIEW"
    r"|OPERATOR CLASS|OPERATOR FAMILY|TEXT SEARCH \w+|\w+) "
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of pg_dump's table of contents with its statements."""

    type: str
    schema: str
    """Empty for what belongs to the database as a whole."""
    owner: str
    name: str
    """The tag, as pg_dump writes it: ``orders``, ``orders orders_pkey``, ``TABLE orders``."""
    text: str

    def __str__(self) -> str:
        place = f"{self.schema}." if self.schema else ""
        return f"{self.type} {place}{self.name}"

    @property
    def about(self) -> str:
        """What the entry says of its object, as the engine's kinds are called; empty for the object itself."""
        return _ABOUT.get(self.type, "")

    @property
    def key(self) -> tuple[str, str, str]:
        """Type, schema and tag: one object on both sides."""
        return (self.type, self.schema, self.object_name if self.type == "DEFAULT ACL" else self.name)

    @property
    def meaning(self) -> tuple[str, ...]:
        """The statements, without what differs between databases of the same schema.

        That is the order of columns and of storage options.
        """
        text = _OPTIONS.sub(lambda found: ", ".join(sorted(found[0].split(", "))), _STATE.sub("", self.text))
        lines = [line.rstrip() for line in text.splitlines() if line.strip()]
        return tuple(sorted(line.rstrip(",") for line in lines) if self.type in _UNORDERED else lines)

    def means_on_newer(self, newer: Entry) -> bool:
        """Tell whether an entry of a newer server's says the same: it prints less, and knows more privileges."""

        def widened(found: re.Match[str]) -> str:
            return "ALL" if frozenset(found[0].split(",")) == _ALL_OF_OLD else found[0]

        if self.type == "ACL":
            return replace(self, text=_LISTED.sub(widened, self.text)).meaning == newer.meaning
        return printed_alike(self.meaning, newer.meaning)

    @property
    def object_name(self) -> str:
        """The name of the object that the entry is about, outermost part first, without quotes."""
        name = self.name.replace('"', "")  # some tags have their names quoted, some don't
        if self.type == "DEFAULT ACL":
            return f"{self.owner} {name}"
        if self.type in _NAMES_TYPE:
            name = _TYPES.sub("", name)
            match = _ON.fullmatch(name)
            name = f"{match['outer'].removeprefix('DOMAIN ')} {match['inner']}" if match else name
        return name


def entries(dump: str) -> tuple[Entry, ...]:
    """Cut a plain-text dump into its entries; what comes before the first, settings only, is left out."""
    dump = _END.sub("\n", dump)
    found = list(_HEADER.finditer(dump))
    ends = [*(match.start() for match in found[1:]), len(dump)][: len(found)]
    return tuple(
        Entry(
            type=match["type"],
            schema="" if match["schema"] == "-" else match["schema"],
            owner=match["owner"],
            name=match["name"],
            text=dump[match.end() : end],
        )
        for match, end in zip(found, ends, strict=True)
    )


def labels(snapshot: Snapshot, address: Address) -> frozenset[Label]:
    """Give the labels under which entries speak of an object of the engine's, and of nothing else."""
    about = address.kind if address.of is not None and address.kind in _ABOUT.values() else ""
    root = address
    while root.of is not None:
        root = root.of
    if address.kind == _ABOUT["DEFAULT ACL"]:
        return frozenset({(address.kind, root.path[1], f"{root.path[0]} DEFAULT PRIVILEGES FOR {root.path[2]}")})
    obj = snapshot.objects.get(root)
    if isinstance(obj, MemberGrant):
        about = _ABOUT["ACL"]
    schema, names = (root.path[0], root.path[1:]) if len(root.path) > 1 else ("", root.path)
    fact = snapshot.objects.get(address)
    if isinstance(fact, Grant) and fact.column:
        names = (*names, fact.column)
    if isinstance(fact, IndexAttachment):
        names = names[-1:]
    schema, names = _called(obj, schema, names)
    return frozenset((about, schema, name.replace('"', "")) for name in names)


def _called(obj: Object | None, schema: str, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Give the schema of an object, and the names by which entries may call it or its part."""
    if isinstance(obj, Identity):
        schema, names = obj.sequence_schema, (obj.sequence,)
    elif isinstance(obj, MemberGrant):
        schema, names = obj.schema or "", (obj.bare_name,)
    elif isinstance(obj, Cast):
        # A comment's tag loses the first word as the type.
        names = (f"CAST {names[0]}", names[0])
    elif isinstance(obj, Transform):
        inner = names[0].removeprefix("(").removesuffix(")")
        names = (f"TRANSFORM {inner}", inner)
    elif isinstance(obj, UserMapping):
        schema, names = "", (f"USER MAPPING {obj.role} SERVER {obj.server}",)
    elif isinstance(obj, PublicationSchema):
        names = (f"{names[0]} {schema}",)
    elif isinstance(obj, OperatorClass | OperatorFamily):
        names = (names[0], " USING ".join(names))
    elif names[-1].startswith("("):
        # pg_dump writes an aggregate of no arguments as count(*).
        names = (names[-2] + names[-1], names[-2], *((f"{names[-2]}(*)",) if names[-1] == "()" else ()))
    else:
        names = (" ".join(names), ".".join(names), " ".join(reversed(names)))
    return schema, names


def labels_around(snapshot: Snapshot, address: Address) -> frozenset[Label]:
    """Give the object's labels, and that of the outermost object that it belongs to and may be written inside of."""
    exact = labels(snapshot, address)
    if address.of is not None and any(about for about, _, _ in exact):
        return exact
    root = address
    while root.of is not None:
        root = root.of
    return exact | ({("", root.path[0], root.path[1].replace('"', ""))} if len(root.path) > 1 else set())


def spoken_of(entry: Entry) -> frozenset[Label]:
    """Give the labels under which an entry is to be looked for."""
    name = entry.object_name
    found = {(entry.about, entry.schema, name)}
    if "(" in name and entry.about:
        found.add((entry.about, entry.schema, name.partition("(")[0]))
    return frozenset(found)


def inside_of(entry: Entry) -> frozenset[Label]:
    """Give the labels of the tables that the entry may belong to: the tag of a policy is ``table policy``."""
    name = entry.object_name
    return frozenset(("", entry.schema, name[:place]) for place, character in enumerate(name) if character in " .")
