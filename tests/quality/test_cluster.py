"""The tasks on a real Ray cluster of three workers, one of which is killed in the middle."""

import os
import sys
from collections import Counter

import pytest

from ddim_lab.__main__ import main
from ddim_lab.quality import cluster
from tests.quality import sweep


def test_without_ray_the_command_says_what_to_install(tmp_path, monkeypatch, capsys):
    unet, judge, data = sweep.files(tmp_path)
    monkeypatch.setitem(sys.modules, "ray", None)  # as if it were not installed
    files = ("--weights", str(unet), "--judge", str(judge), "--data", str(data), "--device", "cpu")
    assert main(["quality", "--ray", "local", *files, "--out", str(tmp_path / "q.json")]) == 2
    assert "pip install ray" in capsys.readouterr().err


@pytest.fixture
def quick_start(tmp_path, monkeypatch):
    """Spares each of Ray's processes the grammar that jsonschema parses, where it finds one, for a check Ray never asks
    for. It costs seconds a process, and Ray gives a process that starts on a busy machine no more than 15."""
    (tmp_path / "spared").mkdir()
    (tmp_path / "spared" / "rfc3987_syntax.py").write_text("raise ImportError")
    monkeypatch.syspath_prepend(tmp_path / "spared")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "spared"), prepend=os.pathsep)


@pytest.fixture
def three_workers(quick_start):
    """Ray, with a local cluster that has run a first task. A start that fails on a busy machine is tried again."""
    ray = pytest.importorskip("ray", reason="Ray is optional: pip install ray==2.60.0")
    for _ in range(3):
        try:
            ray.init("local", num_cpus=3, include_dashboard=False, log_to_driver=False, runtime_env=cluster.ENVIRONMENT)
            ray.get(ray.remote(lambda: None).remote(), timeout=60)
            break
        except Exception:  # what Ray raises here shares no base class
            ray.shutdown()
    else:
        pytest.skip("Ray did not start in three tries: it gives each of its processes 15 seconds, too few here")
    yield ray
    ray.shutdown()


@pytest.mark.slow
@pytest.mark.usefixtures("three_workers")
def test_a_killed_worker_loses_nothing_and_nothing_counts_twice(tmp_path, small, alone):
    notes = tmp_path / "notes"
    tasks = [sweep.Noted(task, notes, fatal=task is sweep.TASKS[1]) for task in sweep.TASKS]
    results = list(cluster.over_ray("local", small, tasks))
    begun = Counter(notes.read_text().splitlines())
    assert {key: times for key, times in begun.items() if times > 1} == {tasks[1].key: 2}  # it did die, and only it
    assert sorted(task.key for task, _ in results) == sorted(task.key for task in tasks)  # each result once
    for task, result in results:
        assert sweep.same(result, alone[task.task]), task.key
