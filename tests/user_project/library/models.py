from __future__ import annotations

from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=100, unique=True)

    class Meta:
        managed = False
        db_table = "authors"


class Tag(models.Model):
    word = models.CharField(max_length=50)

    class Meta:
        managed = False
        db_table = "tags"


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    title = models.CharField(max_length=200)
    copies = models.IntegerField()
    on_loan = models.IntegerField(db_default=0)
    tags = models.ManyToManyField(Tag, db_table="books_tags")

    class Meta:
        managed = False
        db_table = "books"


class Loan(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)
    reader = models.CharField(max_length=100)

    class Meta:
        managed = False
        db_table = "loans"
