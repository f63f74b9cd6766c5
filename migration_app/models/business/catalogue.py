"""Categories and what is in them: tables that production has never had, in the shape that they shall have."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from migration_app.models.core import CoreTable, now


class Category(CoreTable):
    """A place in the tree of categories."""

    parent = models.ForeignKey(
        "self",
        models.RESTRICT,
        db_column="parent_id",
        db_index=False,
        null=True,
        blank=True,
        related_name="children",
    )
    slug = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(db_default="", blank=True)
    position = models.IntegerField(db_default=0)
    is_active = models.BooleanField(db_default=True)
    created_at = models.DateTimeField(db_default=now())
    updated_at = models.DateTimeField(db_default=now())

    class Meta(CoreTable.Meta):
        db_table = "categories"
        constraints = [
            models.CheckConstraint(name="categories_not_its_own_parent", condition=Q(parent=None) | ~Q(parent=F("id"))),
            models.CheckConstraint(name="categories_slug_is_lower", condition=Q(slug__regex="^[a-z0-9-]+$")),
        ]
        indexes = [models.Index(fields=["parent", "position"], name="categories_parent_idx")]

    def __str__(self) -> str:
        return self.name


class CategoryClosure(CoreTable):
    """The tree's closure: a row for each category and each of its ancestors, itself included at depth 0."""

    pk = models.CompositePrimaryKey("ancestor_id", "descendant_id")
    ancestor = models.ForeignKey(
        Category, models.CASCADE, db_column="ancestor_id", db_index=False, related_name="descendant_links"
    )
    descendant = models.ForeignKey(
        Category, models.CASCADE, db_column="descendant_id", db_index=False, related_name="ancestor_links"
    )
    depth = models.IntegerField()

    class Meta(CoreTable.Meta):
        db_table = "categories_closure"
        constraints = [
            models.CheckConstraint(name="categories_closure_depth", condition=Q(depth__gte=0)),
            models.CheckConstraint(
                name="categories_closure_itself",
                condition=Q(depth=0, ancestor=F("descendant")) | (Q(depth__gt=0) & ~Q(ancestor=F("descendant"))),
            ),
        ]
        indexes = [models.Index(fields=["descendant", "depth"], name="categories_closure_up_idx")]


class ProductCategory(CoreTable):
    """That a product is in a category; at most one of them is its main one."""

    pk = models.CompositePrimaryKey("product_id", "category_id")
    product = models.ForeignKey("migration_app.Product", models.CASCADE, db_column="product_id", db_index=False)
    category = models.ForeignKey(Category, models.CASCADE, db_column="category_id", db_index=False)
    is_primary = models.BooleanField(db_default=False)
    position = models.IntegerField(db_default=0)

    class Meta(CoreTable.Meta):
        db_table = "product_categories"
        constraints = [
            models.UniqueConstraint(
                fields=["product"], name="product_categories_one_primary", condition=Q(is_primary=True)
            )
        ]
        indexes = [models.Index(fields=["category", "position"], name="product_categories_order_idx")]
