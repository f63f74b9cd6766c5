"""The models: run history (managed, in the control database) and the core tables (unmanaged)."""

from __future__ import annotations

from django.apps import apps

from .analytics import CustomerMetric, InventoryMetric, RealTimeMetric, SalesMetric
from .business import (
    Address,
    CartItem,
    Category,
    CategoryClosure,
    Discount,
    DiscountProduct,
    DiscountStore,
    Event,
    GiftCard,
    InventoryItem,
    Order,
    OrderItem,
    Payment,
    Product,
    ProductCategory,
    ProductImage,
    ProductVariant,
    Profile,
    Shipment,
    ShoppingCart,
    Store,
    UserAddress,
)
from .core import CoreTable
from .history import Finding, Run, StatementRecord, Step
from .specialised import ProductView, RateLimit, Refund, Session

__all__ = [
    "Address",
    "CartItem",
    "Category",
    "CategoryClosure",
    "CoreTable",
    "CustomerMetric",
    "Discount",
    "DiscountProduct",
    "DiscountStore",
    "Event",
    "Finding",
    "GiftCard",
    "InventoryItem",
    "InventoryMetric",
    "Order",
    "OrderItem",
    "Payment",
    "Product",
    "ProductCategory",
    "ProductImage",
    "ProductVariant",
    "ProductView",
    "Profile",
    "RateLimit",
    "RealTimeMetric",
    "Refund",
    "Run",
    "SalesMetric",
    "Session",
    "Shipment",
    "ShoppingCart",
    "StatementRecord",
    "Step",
    "Store",
    "UserAddress",
    "core_models",
]


def core_models() -> tuple[type[CoreTable], ...]:
    """Give the models of the core tables, by table name."""
    ours = apps.get_app_config("migration_app").get_models()
    found = [model for model in ours if issubclass(model, CoreTable)]
    return tuple(sorted(found, key=lambda model: model.table()))
