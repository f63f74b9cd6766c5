"""A host for the app: settings and addresses, nothing else."""

from __future__ import annotations
