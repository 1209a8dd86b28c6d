"""Version 4: how often a run's worker was lost, until then points of a curve, is a column."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "4", "3"


def upgrade() -> None:
    """Count what was kept as points, and remove them."""
    op.add_column("runs", sa.Column("losses", sa.Integer, nullable=False, server_default="0"))
    op.execute(
        "UPDATE runs SET losses = (SELECT COUNT(*) FROM metrics "
        "WHERE metrics.run_id = runs.id AND metrics.name = 'worker_lost')"
    )
    for table in ("metrics", "outlines"):
        op.execute(f"DELETE FROM {table} WHERE name = 'worker_lost'")
