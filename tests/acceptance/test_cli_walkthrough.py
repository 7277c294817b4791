"""Flux's walk-through on the terminal: 4x + 2 learned by Dense(1 => 1), with the published numbers."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from terminal import ok, refused, run

START = {"layers.0.weight": [[0.9066542]], "layers.0.bias": [0.0]}
NEW = ["--formula", "4*x + 2", "--train", "0:5", "--test", "6:10", "--layers", "", "--optimiser", "Descent", "--rate", "0.1"]


def made(folder: Path, *options: str) -> Path:
    """Make the line project from the walk-through's start parameters."""
    start, path = folder / "start.json", folder / "line.flux"
    start.write_text(json.dumps(START))
    ok("new", path, *NEW, "--epochs", "201", "--parameters", start, *options)
    return path


def loss(path: Path) -> float:
    value = json.loads(ok("evaluate", path, "--json"))["train"]["loss"]
    assert isinstance(value, float)
    return value


def parameters(path: Path) -> list[float]:
    ok("export", path, path.with_suffix(".csv"))
    return [float(row["value"]) for row in csv.DictReader(path.with_suffix(".csv").read_text().splitlines())]


def predictions(path: Path) -> list[float]:
    rows = path.with_name("x.csv")
    rows.write_text("x\n6\n7\n8\n9\n10\n")
    return [float(row["prediction"]) for row in csv.DictReader(ok("predict", path, rows).splitlines())]


def test_the_walk_through_in_float32(tmp_path: Path) -> None:
    path = made(tmp_path)
    assert loss(path) == pytest.approx(122.64734, rel=1e-6)
    one = json.loads(ok("train", path, "--epochs", "1", "--json"))
    assert (one["epochs"], one["parameters"], one["best_epoch"], one["validation"]) == (1, 2, None, {})
    assert one["train"]["loss"] == pytest.approx(116.38745, rel=1e-6)
    np.testing.assert_allclose(parameters(path), [7.577788, 1.9466728], rtol=1e-6)
    ok("train", path, "--more", "200")
    np.testing.assert_allclose(parameters(path), [4.0178537, 2.0050256], rtol=1e-5)
    np.testing.assert_allclose(predictions(path), [26.1121, 30.13, 34.1479, 38.1657, 42.1836], rtol=1e-5)
    assert loss(path) == pytest.approx(0.00339581, rel=1e-4)
    scores = json.loads(ok("evaluate", path, "--json"))
    assert {part: bool(found) for part, found in scores.items()} == {"train": True, "validation": False, "test": True}


def test_the_walk_through_in_float64(tmp_path: Path) -> None:
    path = made(tmp_path, "--dtype", "float64")
    assert loss(path) == pytest.approx(122.64735018512836, rel=1e-10)
    ok("train", path, "--epochs", "1")
    assert loss(path) == pytest.approx(116.3874199603315, rel=1e-10)
    ok("train", path, "--epochs", "201")
    assert loss(path) == pytest.approx(0.0033956829390108163, rel=1e-10)


def test_in_one_go_or_in_pieces_is_the_same(tmp_path: Path) -> None:
    path = made(tmp_path)
    whole, pieces = tmp_path / "whole.flux", tmp_path / "pieces.flux"
    ok("train", path, "--out", whole)
    assert json.loads(ok("info", path, "--json"))["epoch"] == 0
    ok("train", path, "--epochs", "50", "--out", pieces)
    ok("train", pieces, "--epochs", "120")
    ok("train", pieces, "--epochs", "201")
    assert parameters(whole) == parameters(pieces)


def test_a_finished_project_says_so(tmp_path: Path) -> None:
    path = made(tmp_path)
    ok("train", path)
    before = path.read_bytes()
    again = run("train", path)
    assert again.status == 0
    assert "trained already: epoch 201 of 201" in again.err
    assert path.read_bytes() == before


def test_a_run_that_diverges(tmp_path: Path) -> None:
    path = tmp_path / "line.flux"
    ok("new", path, *NEW[:-1], "10")
    message = refused("train", path, "--json", status=1)
    assert "epoch" in message
    info = json.loads(ok("info", path, "--json"))
    assert info["state"] == "diverged"
    assert 0 < info["epoch"] < 200
    assert np.isfinite(parameters(path)).all()
    assert np.isfinite(predictions(path)).all()


def test_the_same_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Arguments, exit status and streams as a shell sees them; nothing of Qt is imported."""
    program = "import sys; from flux_gui.cli import main; s = main(sys.argv[1:]); assert 'PySide6' not in sys.modules; sys.exit(s)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}

    def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False, timeout=60)

    (tmp_path / "start.json").write_text(json.dumps(START))
    assert shell("new", "line.flux", *NEW, "--epochs", "201", "--parameters", "start.json").returncode == 0
    done = shell("train", "line.flux", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["train"]["loss"] == pytest.approx(0.00339581, rel=1e-4)
    wrong = shell("train", "none.flux")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("flux-gui: error: There is no file none.flux.\n  ")
