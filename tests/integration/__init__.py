"""The shop's own integration tests: `python manage.py test tests.integration`, or `pytest tests/integration`.

They run on copies of the database that the alias `test` names, and need nothing but Django.
"""

from __future__ import annotations
