"""An app with the schema of a script in its only migration: what a project without dbsep would have."""
