"""``ENGINE = "migration_app.backend"``: PostgreSQL, and under test a copy of the real schema for each worker.

Templates are named by what is in them and built once; a worker's database is a copy of one, and a transactional
test gets a new copy in place of a flush. Nothing is dropped that doesn't bear this package's mark.
"""

from __future__ import annotations
