"""The core tables of the business: what is sold, to whom, and how it gets there.

Each model is true to the live table. Four tables that the shop's code has always known are missing there:
addresses, categories, categories_closure and product_categories. What should point to them does so without
a foreign key (`db_constraint=False`), because the live column has none.
"""

from __future__ import annotations

from .catalogue import Category, CategoryClosure, ProductCategory
from .offers import Discount, DiscountProduct, DiscountStore, GiftCard
from .ordering import Order, OrderItem, Payment, Shipment
from .people import Address, Profile, UserAddress
from .products import InventoryItem, Product, ProductImage, ProductVariant, Store
from .shopping import CartItem, Event, ShoppingCart

__all__ = [
    "Address",
    "CartItem",
    "Category",
    "CategoryClosure",
    "Discount",
    "DiscountProduct",
    "DiscountStore",
    "Event",
    "GiftCard",
    "InventoryItem",
    "Order",
    "OrderItem",
    "Payment",
    "Product",
    "ProductCategory",
    "ProductImage",
    "ProductVariant",
    "Profile",
    "Shipment",
    "ShoppingCart",
    "Store",
    "UserAddress",
]
