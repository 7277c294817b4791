"""`train`: totals and more, other files, devices, Ctrl-C, damaged projects."""

import json
import os
import signal
import threading
from pathlib import Path

import pytest

from flux_gui.document import store
from flux_gui.engine.backend import blas_threads
from terminal import ok, refused, run

FORMULA = ["--formula", "4*x + 2", "--train", "0:5", "--test", "6:10", "--layers", ""]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "line.flux"
    ok("new", path, *FORMULA, "--epochs", "20")
    return path


def test_json_has_the_promised_keys(path: Path) -> None:
    result = json.loads(ok("train", path, "--json"))
    assert list(result) == ["epochs", "seconds", "steps_per_second", "parameters", "best_epoch", "train", "validation"]
    assert result["epochs"] == 20
    assert result["seconds"] > 0
    assert result["steps_per_second"] > 0
    finished = json.loads(ok("train", path, "--json"))
    assert list(finished) == list(result)
    assert finished["epochs"] == 20


def test_totals_and_more(path: Path) -> None:
    ok("train", path, "--epochs", "5")
    assert store.load(path).state.epoch == 5
    ok("train", path, "--more", "4")
    project = store.load(path)
    assert (project.state.epoch, project.spec.training.epochs, project.state.outcome) == (9, 9, "finished")
    assert run("train", path, "--epochs", "3").status == 0
    assert store.load(path).state.epoch == 9


def test_another_file(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    other = tmp_path / "other.flux"
    ok("train", path, "--out", other)
    assert path.read_bytes() == before
    assert store.load(other).state.epoch == 20
    copy = tmp_path / "copy.flux"
    assert run("train", other, "--out", copy).status == 0
    assert store.load(copy).state.epoch == 20


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--epochs", "0"], "number of epochs"),
        (["--epochs", "-5"], "number of epochs"),
        (["--epochs", "many"], "'many'"),
        (["--more", "0"], "--more"),
        (["--more", "1", "--epochs", "3"], "not allowed"),
        (["--threads", "0"], "threads"),
        (["--device", "gpu"], "gpu"),
        (["--device", "gpu:1"], "gpu:1"),
        (["--device", "tpu"], "tpu"),
        (["--out", "none/a.flux"], "does not exist"),
    ],
)
def test_wrong_options(path: Path, options: list[str], words: str) -> None:
    before = path.read_bytes()
    assert words in refused("train", path, *options)
    assert path.read_bytes() == before


@pytest.mark.parametrize("command", ["train", "evaluate", "info"])
def test_damaged_projects(path: Path, tmp_path: Path, command: str) -> None:
    good = path.read_bytes()
    for content in (good[:200], good[:-30], b"", b"no zip"):
        path.write_bytes(content)
        assert "line.flux" in refused(command, path)
        assert path.read_bytes() == content
    assert "There is no file" in refused(command, tmp_path / "none.flux")


@pytest.mark.skipif(os.name == "nt", reason="signals are sent another way there")
def test_ctrl_c_keeps_what_was_reached(path: Path) -> None:
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    done = run("train", path, "--epochs", "2000000000")
    timer.join()
    assert done.status == 130
    assert "Stopped at epoch" in done.err
    project = store.load(path)
    assert project.state.outcome == "paused"
    assert 0 < project.state.epoch < 2_000_000_000
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_threads_are_taken(path: Path) -> None:
    before = blas_threads()
    try:
        ok("train", path, "--threads", "1", "--device", "cpu")
        assert blas_threads() == 1
    finally:
        blas_threads(before)
