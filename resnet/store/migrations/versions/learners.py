"""Version 5, for the teacher's board: names that learners choose."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "5", "4"


def upgrade() -> None:
    """Add what version 5 knows more."""
    op.create_table(
        "learners",
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(20), nullable=False),
    )
