"""How the run store's tables came to be, one step a schema version (Alembic)."""
