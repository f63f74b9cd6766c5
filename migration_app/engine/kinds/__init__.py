"""All kinds of objects. Their order breaks ties among statements that don't need one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .access_method import AccessMethod
from .aggregate import Aggregate
from .base_type import BaseType
from .cast import Cast
from .clustering import Clustering
from .collation import Collation
from .column import Column
from .column_settings import ColumnSettings
from .comment import Comment
from .composite_type import CompositeType
from .constraint import Constraint
from .conversion import Conversion
from .default import Default
from .default_privilege import DefaultPrivilege
from .domain import Domain
from .domain_constraint import DomainConstraint
from .enum import Enum
from .event_trigger import EventTrigger
from .extension import Extension
from .extension_dependency import ExtensionDependency
from .foreign_data_wrapper import ForeignDataWrapper
from .foreign_table import ForeignTable
from .grant import Grant
from .identity import Identity
from .index import Index
from .index_attachment import IndexAttachment
from .language import Language
from .materialized_view import MaterializedView
from .member_grant import MemberGrant
from .operator import Operator
from .operator_class import OperatorClass
from .operator_family import OperatorFamily
from .operator_family_member import OperatorFamilyMember
from .owner import Owner
from .partition import Partition
from .policy import Policy
from .publication import Publication
from .publication_schema import PublicationSchema
from .publication_table import PublicationTable
from .range_type import RangeType
from .replica_identity import ReplicaIdentity
from .role import Role
from .routine import Routine
from .row_security import RowSecurity
from .rule import Rule
from .schema import Schema
from .security_label import SecurityLabel
from .sequence import SequenceObject
from .sequence_owner import SequenceOwner
from .server import Server
from .statistics import Statistics
from .subscription import Subscription
from .table import Table
from .tablespace import Tablespace
from .text_search_configuration import TextSearchConfiguration
from .text_search_dictionary import TextSearchDictionary
from .text_search_parser import TextSearchParser
from .text_search_template import TextSearchTemplate
from .transform import Transform
from .trigger import Trigger
from .trigger_state import TriggerState
from .user_mapping import UserMapping
from .view import View

if TYPE_CHECKING:
    from migration_app.engine.model import Object

KINDS: Final[tuple[type[Object], ...]] = (
    Role,
    Schema,
    Extension,
    Language,
    Collation,
    BaseType,
    RangeType,
    Enum,
    Domain,
    DomainConstraint,
    CompositeType,
    # pg_depend doesn't say that a view or a table uses a cast, or an operator class for DISTINCT: they come first.
    Operator,
    OperatorFamily,
    OperatorClass,
    OperatorFamilyMember,
    Cast,
    Conversion,
    Transform,
    AccessMethod,
    TextSearchParser,
    TextSearchTemplate,
    TextSearchDictionary,
    TextSearchConfiguration,
    ForeignDataWrapper,
    Server,
    UserMapping,
    SequenceObject,
    Table,
    ForeignTable,
    Column,
    Identity,
    Routine,
    Aggregate,
    Default,
    View,
    MaterializedView,
    ColumnSettings,
    Owner,
    SequenceOwner,
    Index,
    Constraint,
    # ATTACH PARTITION makes the indexes that it misses: the partition's own come first.
    Partition,
    IndexAttachment,
    Clustering,
    ReplicaIdentity,
    Statistics,
    Rule,
    Trigger,
    Policy,
    RowSecurity,
    Publication,
    PublicationSchema,
    PublicationTable,
    Subscription,
    Comment,
    SecurityLabel,
    Tablespace,
    ExtensionDependency,
    Grant,
    MemberGrant,
    DefaultPrivilege,
    TriggerState,
    EventTrigger,
)
"""Every kind there is: the registry."""
