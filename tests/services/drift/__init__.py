"""The drift check, as a service, on real servers."""

from __future__ import annotations
