"""Version 1, as first released: runs, their curves, norms and predictions."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision = "1", None


def upgrade() -> None:
    """Create the tables of version 1."""
    op.create_table(
        "meta",
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("control", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("spec", sa.Text, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        *(sa.Column(f"{name}_at", sa.Double) for name in ("started", "heartbeat", "finished")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("epoch", "step", "total_steps")),
        sa.Column("images_per_second", sa.Double),
        sa.Column("eta_seconds", sa.Double),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("versions", sa.Text, nullable=False),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        sa.Column("parameters", sa.Integer),
        sa.Column("seconds", sa.Double),
        *(sa.Column(f"train_{name}", sa.Double) for name in ("loss", "accuracy")),
        *(sa.Column(f"test_{name}", sa.Double) for name in ("loss", "accuracy")),
    )
    op.create_index("runs_by_age", "runs", ["created_at"])
    _table_of_runs(
        "metrics",
        ("name", sa.String(40)),
        ("step", sa.Integer),
        values=[sa.Column("epoch", sa.Integer, nullable=False), sa.Column("value", sa.Double)],
    )
    _table_of_runs(
        "layers",
        ("position", sa.Integer),
        values=[sa.Column("name", sa.String(120), nullable=False)],
    )
    _table_of_runs(
        "norms", ("step", sa.Integer), ("layer", sa.Integer), values=[sa.Column("value", sa.Double)]
    )
    _table_of_runs(
        "predictions",
        ("image", sa.Integer),
        values=[
            sa.Column("label", sa.Integer, nullable=False),
            sa.Column("predicted", sa.Integer, nullable=False),
            sa.Column("confidence", sa.Double),
        ],
    )


def _table_of_runs(name: str, *keys: tuple[str, Any], values: list[sa.Column]) -> None:
    op.create_table(
        name,
        sa.Column(
            "run_id", sa.String(32), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
        ),
        *(sa.Column(key, kind, primary_key=True, autoincrement=False) for key, kind in keys),
        *values,
        sqlite_with_rowid=False,
    )
