"""The command line. No module here imports Keras before a command needs it, so help is quick."""

import click

from resnet import __version__
from resnet.cli import record_depths, record_lessons, record_trials  # noqa: F401  (add to `record`)
from resnet.cli.app import app
from resnet.cli.data import data
from resnet.cli.doctor import doctor
from resnet.cli.exercise import exercise
from resnet.cli.gradients import gradients
from resnet.cli.keeping import backup, restore
from resnet.cli.nets import graph, models, summary
from resnet.cli.prediction import predict
from resnet.cli.record import record
from resnet.cli.reporting import OneLineErrors
from resnet.cli.runs import runs
from resnet.cli.streams import end_like_ctrl_c, prepare_streams, speak_writable_language
from resnet.cli.sweep import sweep
from resnet.cli.training import train
from resnet.cli.translation import speak
from resnet.cli.weights import weights
from resnet.language import current_language, terminals_language, use_language


@click.group(cls=OneLineErrors, context_settings={"max_content_width": 100})
@click.version_option(__version__, message="ResNet Lab %(version)s")
def lab() -> None:
    """ResNet Lab on the command line: look into nets, train them, ask them.

    `app` starts the screens; both share one run store.

    \b
    Examples:
      python -m resnet summary resnet50
      python -m resnet train --model fast --recipe fast
      python -m resnet runs list
    """


for command in (
    app,
    models,
    summary,
    graph,
    gradients,
    train,
    sweep,
    predict,
    data,
    weights,
    runs,
    record,
    exercise,
    doctor,
    backup,
    restore,
):
    lab.add_command(command)


def main() -> None:
    """Run the command line in the terminal's language and end the process with its exit code."""
    end_like_ctrl_c()
    prepare_streams()
    use_language(terminals_language())
    speak_writable_language()
    if current_language() != "en":
        speak(lab, current_language())
    lab()
