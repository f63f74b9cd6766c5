"""All kinds of objects. Their order breaks ties among statements that don't need one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .aggregate import Aggregate
from .clustering import Clustering
from .column import Column
from .comment import Comment
from .composite_type import CompositeType
from .constraint import Constraint
from .default import Default
from .default_privilege import DefaultPrivilege
from .domain import Domain
from .domain_constraint import DomainConstraint
from .enum import Enum
from .extension import Extension
from .grant import Grant
from .identity import Identity
from .index import Index
from .index_attachment import IndexAttachment
from .materialized_view import MaterializedView
from .operator import Operator
from .owner import Owner
from .partition import Partition
from .policy import Policy
from .replica_identity import ReplicaIdentity
from .role import Role
from .routine import Routine
from .row_security import RowSecurity
from .schema import Schema
from .sequence import SequenceObject
from .sequence_owner import SequenceOwner
from .table import Table
from .trigger import Trigger
from .view import View

if TYPE_CHECKING:
    from migration_app.engine.model import Object

KINDS: Final[tuple[type[Object], ...]] = (
    Role,
    Schema,
    Extension,
    Enum,
    Domain,
    DomainConstraint,
    CompositeType,
    SequenceObject,
    Table,
    Column,
    Identity,
    Partition,
    Routine,
    Operator,
    Aggregate,
    Default,
    View,
    MaterializedView,
    Owner,
    SequenceOwner,
    Index,
    Constraint,
    IndexAttachment,
    Clustering,
    ReplicaIdentity,
    Trigger,
    Policy,
    RowSecurity,
    Comment,
    Grant,
    DefaultPrivilege,
)
"""Every kind there is: the registry."""
