"""Version 3, for lessons: what a class expects before it looks."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "3", "2"


def upgrade() -> None:
    """Add what version 3 knows more."""
    op.create_table(
        "answers",
        sa.Column("question", sa.String(60), primary_key=True),
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("choice", sa.Integer, nullable=False),
        sa.Column("answered_at", sa.Double, nullable=False),
    )
