"""Rows for the test database."""
