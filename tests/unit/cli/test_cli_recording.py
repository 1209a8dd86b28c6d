"""A recording goes on with the runs that it lacks, and never with those made otherwise."""

import json

from resnet.cli.recording import record_each


def test_only_what_is_missing_runs_and_each_result_is_written_at_once(tmp_path):
    out, ran = tmp_path / "some.json", []

    def run(settings):
        ran.append(settings)
        if settings["seed"] == 2:
            raise KeyboardInterrupt
        return {"error": settings["seed"] / 10, "seconds": 1.5}

    def record(size, seeds):
        record_each(out, "record some", {"rates": (1, size)}, [{"seed": s} for s in seeds], run)
        return json.loads(out.read_text())

    assert record(8, [0])["runs"] == [{"seed": 0, "seconds": 1.5, "error": 0.0}]
    try:
        record(8, [0, 1, 2, 3])
    except KeyboardInterrupt:
        assert [run["seed"] for run in json.loads(out.read_text())["runs"]] == [0, 1]
    assert ran == [{"seed": seed} for seed in (0, 1, 2)]
    made = record(32, [0])  # other images: none of the earlier runs is like these
    assert [run["seed"] for run in made["runs"]] == [0]
    assert made["rates"] == [1, 32]
    assert made["command"] == "python -m resnet record some"
