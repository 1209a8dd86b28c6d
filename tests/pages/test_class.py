"""A class at work: its experiment, its queue's rules, and the teacher's board."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages.classroom import leading
from pages.components import running
from pages.server import visitors
from pages.training import cost
from resnet.analysis.training_cost import TrainingCost
from resnet.errors import LabError
from resnet.store.records import Experiment, Metric, Rules
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

        def probe(self, function, *arguments):
            raise LabError("Nobody works here.")

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
    assert "You said 30%" in words(app)


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
    monkeypatch.setattr("pages.classroom.cells.visitor", lambda: "me")
    runs, link = RunStore(), experiment()
    runs.take_cell(link, "me")
    run_id = runs.create(runs.experiment(link).cells[0], "me", experiment=link)
    runs.expect(link, "me", 0.4, run_id)
    runs.set_state(run_id, State.RUNNING)
    runs.finish(run_id, State.DONE, train_accuracy=0.9, test_accuracy=0.75)
    app = opened("class_experiment", experiment=link)
    assert [header.value for header in app.header] == ["You said 40%, it is 25.0%."]
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


def test_experiments_of_one_name_are_distinguished_and_the_links_one_is_trained(no_cluster):
    first, second = experiment(), experiment((14,))
    app = opened("class_experiment", experiment=second)
    assert sorted(app.selectbox(key="class_shown").options) == ["depth", "depth (2)"]
    assert app.selectbox(key="class_shown").value == second
    button(app, "This I expect").click().run()
    assert app.query_params["experiment"] in (second, [second])
    (run,) = RunStore().runs()
    assert (run.experiment, run.spec["model"]) == (second, "plain14")
    assert RunStore().guesses(first) == []


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(["a", "b", "a (2)", "a (3)", "b (2)", ""]), max_size=8))
def test_no_two_experiments_have_one_name(titles):
    made = [Experiment(f"id{n}", title, "", n, (), False) for n, title in enumerate(titles)]
    names = leading.names(made[::-1])
    assert len(set(names.values())) == len(made)
    for first, title in ((titles.index(title), title) for title in set(titles) if title):
        assert names[f"id{first}"].startswith(title)


def test_a_link_to_an_experiment_older_than_those_listed_still_leads_there(no_cluster):
    oldest = experiment((14,))
    for _another in range(20):
        experiment()
    app = opened("class_experiment", experiment=oldest)
    assert "newest" not in words(app)
    assert "plain14" in words(app)


@pytest.mark.usefixtures("teacher", "no_cluster")
def test_the_teacher_trains_the_cells_nobody_took():
    link = experiment()
    RunStore().take_cell(link, "ada")
    app = opened("class_experiment", experiment=link)
    assert not any("Your net" in s.value for s in app.subheader)  # a teacher takes none unasked
    button(app, "Train the other 4 cells").click().run()
    assert not app.exception
    assert len(RunStore().runs(experiment=link)) == 4
    assert RunStore().experiment(link).closed
    assert not [b for b in app.button if "Take a cell" in b.label]
    button(app, "Reopen").click().run()
    assert not RunStore().experiment(link).closed
    button(app, "Take a cell, too").click().run()
    assert not [b for b in app.button if "Take a cell" in b.label]
    assert any("Your net" in s.value for s in app.subheader)


@pytest.mark.usefixtures("no_cluster")
def test_the_learners_cell_stands_above_every_figure():
    app = opened("class_experiment", experiment=experiment())
    kinds = [element.type for element in app.main]
    assert kinds.index("slider") < kinds.index("plotly_chart")


@pytest.mark.usefixtures("no_cluster")
def test_a_learner_hears_that_the_teacher_holds_the_queue_and_stopped_a_run(monkeypatch):
    monkeypatch.setattr("pages.classroom.cells.visitor", lambda: "me")
    RunStore().set_rules(Rules(paused=True))
    link = experiment()
    app = opened("class_experiment", experiment=link)
    button(app, "This I expect").click().run()
    assert "Held by your teacher" in words(app)
    (run,) = RunStore().runs(experiment=link)
    watching = opened("train", run=run.id)
    assert "Held by your teacher" in words(watching)
    assert "starts in about" not in words(watching)
    running.stop(run)  # as another browser, which only a teacher's can be
    assert "Stopped by your teacher." in words(watching.run())
    app.run()
    assert "Stopped by your teacher." in app.warning[0].value
    button(app, "Train it again").click().run()
    (guess,) = RunStore().guesses(link)
    assert (guess.guess, guess.run_id != run.id) == (0.5, True)


@pytest.mark.usefixtures("no_cluster")
def test_fields_offer_no_more_epochs_than_the_teacher_allows():
    RunStore().set_rules(Rules(most_epochs=5))
    fields = [("train", "train_epochs_fast"), ("plain_vs_residual", "compare_epochs")]
    for page, key in fields:
        field = opened(page, **{key: "30"}).number_input(key=key)
        assert (field.max, field.value) == (5, 5)


def test_a_limit_in_minutes_is_said_in_epochs_before_the_press(monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(cost.st, "warning", said.append)
    small = TrainingCost(memory=2**30, seconds=30)  # an epoch
    cost._warn(small, 4, Rules(most_minutes=2, most_gib=1))
    assert said == []
    cost._warn(small, 5, Rules(most_minutes=2, most_gib=1))
    assert said == ["The teacher allows 2 minutes a run: about 4 epochs of these."]


@pytest.mark.usefixtures("teacher", "no_cluster")
def test_the_board_draws_how_far_every_run_has_come():
    runs = RunStore()
    ids = [
        runs.create(TrainingSpec(data="synthetic", model=net).model_dump(), owner)
        for owner, net in (("ada", "resnet8"), ("bob", "plain8"))
    ]
    for run_id, accuracy in zip(ids, (0.75, 0.5), strict=True):
        runs.set_state(run_id, State.RUNNING)
        runs.append_metrics(run_id, [Metric(34, 1, "test_accuracy", accuracy)])
    runs.finish(ids[1], State.DONE, test_accuracy=0.5)
    app = opened("teacher")
    (figure,) = app.get("plotly_chart")
    drawn = {
        line["name"]: line["opacity"]
        for line in json.loads(figure.proto.spec)["data"]
        if line.get("opacity")
    }
    assert drawn.keys() == {"ada · resnet8", "bob · plain8"}
    assert drawn["ada · resnet8"] > drawn["bob · plain8"]  # it trains
    table = app.dataframe[0].value.set_index("Learner")
    assert table["accuracy"].to_dict() == {"ada": 0.75, "bob": 0.5}


def test_a_name_is_no_markup_on_the_teachers_board():
    assert running.literal("![x](//y.z) :red[a] $b$") == (r"\!\[x\]\(\/\/y\.z\) \:red\[a\] \$b\$")
    assert running.literal("Ada 3") == "Ada 3"


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
    runs.rename_learner("bob", " Bo<b>b\n ")
    app.run()
    assert app.dataframe[0].value["Learner"].tolist() == ["ada", "Bobb"]
    app.toggle(key="board_paused").set_value(True).run()
    app.number_input(key="board_epochs").set_value(20).run()
    assert runs.rules() == Rules(paused=True, most_epochs=20)
    app.number_input(key="board_epochs").set_value(None).run()  # no limit
    assert runs.rules() == Rules(paused=True)
    bobs = next(run for run in runs.runs() if run.owner == "bob")
    app.button(key=f"board_prefer_{bobs.id}").click().run()
    assert app.dataframe[0].value["Learner"].tolist() == ["Bobb", "ada"]
    app.button(key=f"board_stop_{bobs.id}").click().run()
    assert runs.get(bobs.id).reason == "Stopped by your teacher."
    button(app, "Stop all runs of the class (1)").click().run()
    assert {run.state for run in runs.runs()} == {State.STOPPED}
    button(app, "Delete them").click().run()
    assert runs.runs() == []
    assert not app.exception


@pytest.mark.usefixtures("no_cluster")
def test_the_rules_hold_for_a_learner_who_presses_train(monkeypatch):
    RunStore().set_rules(Rules(most_epochs=5))
    monkeypatch.setattr(running, "rules", Rules)  # as the form knew them a moment ago
    app = opened("train")
    button(app, "Train").click().run()
    assert "at most 5 epochs" in words(app)
    assert RunStore().runs() == []


def test_the_end_of_an_own_run_is_reported_on_any_screen(monkeypatch):
    monkeypatch.setattr(running, "visitor", lambda: "me")
    runs = RunStore()
    run_id = runs.create(TrainingSpec(data="synthetic").model_dump(), "me")
    app = opened("dataset")
    assert not app.toast
    runs.request_stop(run_id)
    running.forget_cached_runs()  # as after a second
    app.run()
    assert "stopped" in app.toast[0].value
    app.run()
    assert not app.toast
