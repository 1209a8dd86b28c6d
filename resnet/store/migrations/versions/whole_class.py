"""Version 2, for a whole class: names and tags, priorities, experiments, outlines of curves."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "2", "1"


def upgrade() -> None:
    """Add what version 2 knows more."""
    for name, kind, default in (
        ("title", sa.String(80), ""),
        ("tags", sa.Text, "[]"),
        ("priority", sa.Integer, "0"),
        ("parent", sa.String(32), ""),
        ("experiment", sa.String(32), ""),
        ("load", sa.Text, "{}"),
    ):
        op.add_column("runs", sa.Column(name, kind, nullable=False, server_default=default))
    op.create_index("runs_by_state", "runs", ["state"])
    op.create_index("runs_by_experiment", "runs", ["experiment"])
    op.create_table(
        "outlines",
        sa.Column(
            "run_id", sa.String(32), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("width", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("bucket", sa.Integer, primary_key=True, autoincrement=False),
        *(
            sa.Column(f"{end}_{name}", kind, nullable=False)
            for end in ("low", "high")
            for name, kind in (("step", sa.Integer), ("epoch", sa.Integer), ("value", sa.Double))
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "experiments",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("cells", sa.Text, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "guesses",
        sa.Column(
            "experiment_id",
            sa.String(32),
            sa.ForeignKey("experiments.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("cell", sa.Integer, nullable=False),
        sa.Column("guess", sa.Double),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
    )
