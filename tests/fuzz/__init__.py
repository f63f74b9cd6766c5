"""Schemas whose names and texts try to break out of the SQL that they are written into."""
