"""What Alembic runs: the steps on the connection that resnet/store/database.py hands over."""

from alembic import context

from resnet.store import schema

context.configure(
    connection=context.config.attributes["connection"], target_metadata=schema.metadata
)
context.run_migrations()
