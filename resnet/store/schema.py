"""Tables of the run store, for SQLite and PostgreSQL alike.

meta         one row a fact about the store itself; `schema_version` is the number below, which the
             migrations bring a store to; the teacher's settings of the queue
runs         one row a run: what was asked (spec, JSON), its state, the worker's last word
             (heartbeat_at, epoch, step, ...), the learner's wish (control) and the results;
             load: what its worker uses of its machine (JSON); title and tags (JSON) for people,
             priority for the queue, parent: the run it goes on from, experiment: the one it is a
             part of; losses: how often its worker was lost
metrics      scalar curves; `step` counts optimizer steps from 1, `epoch` counts from 1
outlines     the lowest and highest point of each curve in buckets of `width` steps
layers       names of the layers whose gradient norms a run records, in the net's order
norms        L2 norm of each recorded layer's kernel gradient at a step
predictions  the finished net's answer to each test image
experiments  a grid of specs (cells, JSON) that a class trains together
guesses      who has which cell of an experiment, what they expect of it, and their run
answers      which option (from 0) each learner last chose of a question asked on a screen
learners     what each learner wants to be called

Times are seconds since 1970 (UTC); accuracies are fractions; a value that is not finite is NULL.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

SCHEMA_VERSION = 5

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("control", String(16), nullable=False, default=""),
    Column("owner", String(64), nullable=False, default=""),
    Column("origin", String(40), nullable=False, default="app"),
    Column("spec", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("started_at", Double),
    Column("heartbeat_at", Double),
    Column("finished_at", Double),
    Column("epoch", Integer, nullable=False, default=0),
    Column("step", Integer, nullable=False, default=0),
    Column("total_steps", Integer, nullable=False, default=0),
    Column("images_per_second", Double),
    Column("eta_seconds", Double),
    Column("device", Text, nullable=False, default=""),
    Column("versions", Text, nullable=False, default="{}"),
    Column("synthetic", Boolean, nullable=False, default=False),
    Column("parameters", Integer),
    Column("seconds", Double),
    Column("train_loss", Double),
    Column("train_accuracy", Double),
    Column("test_loss", Double),
    Column("test_accuracy", Double),
    Column("title", String(80), nullable=False, default="", server_default=""),
    Column("tags", Text, nullable=False, default="[]", server_default="[]"),
    Column("priority", Integer, nullable=False, default=0, server_default="0"),
    Column("parent", String(32), nullable=False, default="", server_default=""),
    Column("experiment", String(32), nullable=False, default="", server_default=""),
    Column("load", Text, nullable=False, default="{}", server_default="{}"),
    Column("losses", Integer, nullable=False, default=0, server_default="0"),
    Index("runs_by_age", "created_at"),
    Index("runs_by_state", "state"),
    Index("runs_by_experiment", "experiment"),
)


def _run_id() -> Column:
    return Column("run_id", String(32), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)


# Without rowid SQLite keeps the rows themselves in the primary key's order, so that reading one
# curve from a step on touches only its own pages.
metrics = Table(
    "metrics",
    metadata,
    _run_id(),
    Column("name", String(40), primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("epoch", Integer, nullable=False),
    Column("value", Double),
    sqlite_with_rowid=False,
)

outlines = Table(
    "outlines",
    metadata,
    _run_id(),
    Column("name", String(40), primary_key=True),
    Column("width", Integer, primary_key=True, autoincrement=False),
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("low_step", Integer, nullable=False),
    Column("low_epoch", Integer, nullable=False),
    Column("low_value", Double, nullable=False),
    Column("high_step", Integer, nullable=False),
    Column("high_epoch", Integer, nullable=False),
    Column("high_value", Double, nullable=False),
    sqlite_with_rowid=False,
)

layers = Table(
    "layers",
    metadata,
    _run_id(),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", String(120), nullable=False),
    sqlite_with_rowid=False,
)

norms = Table(
    "norms",
    metadata,
    _run_id(),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("layer", Integer, primary_key=True, autoincrement=False),
    Column("value", Double),
    sqlite_with_rowid=False,
)

predictions = Table(
    "predictions",
    metadata,
    _run_id(),
    Column("image", Integer, primary_key=True, autoincrement=False),
    Column("label", Integer, nullable=False),
    Column("predicted", Integer, nullable=False),
    Column("confidence", Double),
    sqlite_with_rowid=False,
)

experiments = Table(
    "experiments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("title", String(80), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("cells", Text, nullable=False),
    Column("closed", Boolean, nullable=False, default=False),
)

guesses = Table(
    "guesses",
    metadata,
    Column(
        "experiment_id",
        String(32),
        ForeignKey("experiments.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("owner", String(64), primary_key=True),
    Column("cell", Integer, nullable=False),
    Column("guess", Double),
    Column("run_id", String(32), nullable=False, default=""),
    Column("created_at", Double, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("question", String(60), primary_key=True),
    Column("owner", String(64), primary_key=True),
    Column("choice", Integer, nullable=False),
    Column("answered_at", Double, nullable=False),
)

learners = Table(
    "learners",
    metadata,
    Column("owner", String(64), primary_key=True),
    Column("name", String(20), nullable=False),
)
