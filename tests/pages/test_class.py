"""A class at work: its experiment, its queue's rules, and the teacher's board."""

import json

import pytest

from pages.components import running, visitors
from resnet.store.records import Metric, Rules
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.spec import TrainingSpec
from resnet.training.sweep import grid
from tests.pages.test_pages import opened, words


@pytest.fixture
def teacher(monkeypatch):
    """This browser came by the teacher's link."""
    monkeypatch.setattr(visitors, "_is_teachers", lambda token: True)


@pytest.fixture
def no_cluster(monkeypatch):
    """Runs wait in the store for ever."""

    class Nobody:
        status = "ready"

        def wake(self):
            pass

        def wait(self, timeout=None):
            return "ready"

    monkeypatch.setattr("resnet.jobs.queue.connect", Nobody)


def button(app, label):
    return next(button for button in app.button if label in button.label)


def experiment(depths=(8, 20), **fields):
    cells = grid(depths, 1, data="synthetic", epochs=2, image_size=32, **fields)
    return RunStore().create_experiment("depth", [cell.model_dump() for cell in cells])


def test_a_learner_says_first_what_will_come_out_then_trains_a_cell(no_cluster):
    link = experiment()
    app = opened("class_experiment", experiment=link)
    assert not app.exception
    assert "plain8" in words(app)
    app.slider[0].set_value(30)
    button(app, "This I expect").click().run()
    assert not app.exception
    (run,) = RunStore().runs(experiment=link)
    assert (run.spec["model"], run.origin) == ("plain8", "class")
    (guess,) = RunStore().guesses(link)
    assert (guess.guess, guess.run_id, guess.owner) == (0.3, run.id, run.owner)
    assert not [b for b in app.button if "This I expect" in b.label]
    assert "30%" in [metric.value for metric in app.metric]


def test_what_the_teacher_has_filled_in_outlasts_the_language(no_cluster, teacher):
    app = opened("class_experiment")
    app.text_input(key="class_title").set_value("Mine")
    app.number_input(key="class_seeds").set_value(5)
    app.number_input(key="class_epochs").set_value(7)
    app.get_by_key("class_depths").set_value([8, 32])
    app.run()
    app.get_by_key("lang").set_value("zh").run()
    assert not app.exception
    app.button(key="class_start").click().run()
    (made,) = RunStore().experiments()
    assert made.title == "Mine"
    assert {cell["epochs"] for cell in made.cells} == {7}
    assert len(made.cells) == 2 * 5 * 2


def test_the_outcome_stands_beside_what_was_expected(no_cluster, monkeypatch):
    monkeypatch.setattr("pages.components.class_cells.visitor", lambda: "me")
    runs, link = RunStore(), experiment()
    runs.take_cell(link, "me")
    run_id = runs.create(runs.experiment(link).cells[0], "me", experiment=link)
    runs.expect(link, "me", 0.4, run_id)
    runs.set_state(run_id, State.RUNNING)
    runs.finish(run_id, State.DONE, train_accuracy=0.9, test_accuracy=0.75)
    app = opened("class_experiment", experiment=link)
    shown = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    assert shown["It is"] == ("25.0%", "-15 points")
    table = app.table[0].value
    assert table.loc["plain8"].tolist() == ["40%", "25.0%", "10.0%", "1"]


def test_a_closed_experiment_shows_its_results_only(no_cluster):
    link = experiment()
    RunStore().close_experiment(link)
    app = opened("class_experiment", experiment=link)
    assert not app.exception
    assert "closed" in words(app)
    assert not app.slider


def test_an_experiment_that_is_gone_leads_to_the_newest(no_cluster):
    experiment()
    app = opened("class_experiment", experiment="nowhere")
    assert "newest" in words(app)


@pytest.mark.usefixtures("teacher", "no_cluster")
def test_the_teacher_trains_the_cells_nobody_took():
    link = experiment()
    RunStore().take_cell(link, "ada")
    app = opened("class_experiment", experiment=link)
    assert "Your net" not in [s.value for s in app.subheader]  # the teacher takes none unasked
    button(app, "Train the other 4 cells").click().run()
    assert not app.exception
    assert len(RunStore().runs(experiment=link)) == 4
    assert RunStore().experiment(link).closed


@pytest.mark.usefixtures("teacher", "no_cluster")
def test_the_board_draws_how_far_every_run_has_come():
    runs = RunStore()
    ids = [runs.create(TrainingSpec(data="synthetic", model=net).model_dump(), owner)
           for owner, net in (("ada", "resnet8"), ("bob", "plain8"))]  # fmt: skip
    for run_id, accuracy in zip(ids, (0.75, 0.5), strict=True):
        runs.set_state(run_id, State.RUNNING)
        runs.append_metrics(run_id, [Metric(34, 1, "test_accuracy", accuracy)])
    runs.finish(ids[1], State.DONE, test_accuracy=0.5)
    app = opened("teacher")
    (figure,) = app.get("plotly_chart")
    drawn = {line["name"]: line["opacity"] for line in json.loads(figure.proto.spec)["data"]
             if line.get("opacity")}  # fmt: skip
    assert drawn.keys() == {"ada · resnet8", "bob · plain8"}
    assert drawn["ada · resnet8"] > drawn["bob · plain8"]  # it trains
    table = app.dataframe[0].value.set_index("Learner")
    assert table["accuracy"].to_dict() == {"ada": 0.75, "bob": 0.5}


def test_the_board_is_the_teachers_alone():
    app = opened("home")
    with pytest.raises(ValueError, match="teacher"):
        app.switch_page("teacher.py").run()


@pytest.mark.usefixtures("teacher", "no_cluster")
def test_the_board_shows_everyones_runs_and_keeps_the_rules():
    runs = RunStore()
    for owner in ("ada", "bob"):
        runs.create(TrainingSpec(data="synthetic").model_dump(), owner)
    app = opened("teacher")
    assert not app.exception
    assert {metric.label: metric.value for metric in app.metric}["Learners"] == "2"
    assert app.dataframe[0].value["Learner"].tolist() == ["ada", "bob"]
    app.toggle(key="board_paused").set_value(True).run()
    app.number_input(key="board_epochs").set_value(20).run()
    assert runs.rules() == Rules(paused=True, most_epochs=20)
    app.number_input(key="board_epochs").set_value(None).run()  # no limit
    assert runs.rules() == Rules(paused=True)
    button(app, "Stop all 2 runs").click().run()
    assert {run.state for run in runs.runs()} == {State.STOPPED}
    button(app, "Delete them").click().run()
    assert runs.runs() == []
    assert not app.exception


@pytest.mark.usefixtures("no_cluster")
def test_the_rules_hold_for_a_learner_who_presses_train():
    RunStore().set_rules(Rules(most_epochs=5))
    app = opened("train")
    button(app, "Train").click().run()
    assert "at most 5 epochs" in words(app)
    assert RunStore().runs() == []


def test_the_end_of_an_own_run_is_told_on_any_screen(monkeypatch):
    monkeypatch.setattr(running, "visitor", lambda: "me")
    runs = RunStore()
    run_id = runs.create(TrainingSpec(data="synthetic").model_dump(), "me")
    app = opened("dataset")
    assert not app.toast
    runs.request_stop(run_id)
    running.asked_again()  # as after a second
    app.run()
    assert "stopped" in app.toast[0].value
    app.run()
    assert not app.toast
