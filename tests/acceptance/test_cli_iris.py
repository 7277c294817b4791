"""Iris on the terminal: a fixed split by column, a single Dense(4 => 3), five seeds."""

import csv
import json
from pathlib import Path
from statistics import median

import pytest

from flux_gui.core.paths import resource
from terminal import ok

SEEDS = range(5)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Iris with a column that makes rows 3, 6, ..., 150 the test rows."""
    path = tmp_path_factory.mktemp("iris") / "iris_split.csv"
    with resource("samples", "iris.csv").open(newline="") as source, path.open("w", newline="") as target:
        header, *rows = csv.reader(source)
        writer = csv.writer(target)
        writer.writerow([*header, "part"])
        writer.writerows([*row, "test" if number % 3 == 0 else "train"] for number, row in enumerate(rows, 1))
    return path


def accuracy(folder: Path, table: Path, seed: int, epochs: int) -> float:
    path = folder / "iris.flux"
    ok(
        *("new", path, "--data", table, "--target", "species", "--split-column", "part", "--layers", "", "--seed", seed),
        *("--loss", "logitcrossentropy", "--optimiser", "Descent", "--rate", "0.5", "--batch", "150", "--epochs", epochs),
    )
    info = json.loads(ok("info", path, "--json"))
    assert info["rows"] == {"train": 100, "validation": 0, "test": 50}
    assert info["model"] == "Chain(Dense(4 => 3))"
    ok("train", path)
    scores = json.loads(ok("evaluate", path, "--json"))
    assert list(scores) == ["train", "validation", "test"]
    assert scores["validation"] == {}
    return float(scores["test"]["accuracy"])


def test_110_epochs(tmp_path: Path, table: Path) -> None:
    reached = [accuracy(tmp_path, table, seed, 110) for seed in SEEDS]
    assert min(reached) >= 0.86
    assert median(reached) >= 0.92


def test_300_epochs(tmp_path: Path, table: Path) -> None:
    assert min(accuracy(tmp_path, table, seed, 300) for seed in SEEDS) >= 0.94


def test_default_settings_learn_iris(tmp_path: Path) -> None:
    path = tmp_path / "iris.flux"
    ok("new", path, "--data", resource("samples", "iris.csv"), "--target", "species")
    result = json.loads(ok("train", path, "--json"))
    assert result["epochs"] == 200
    assert result["best_epoch"] is not None
    scores = json.loads(ok("evaluate", path, "--json"))
    assert list(scores) == ["train", "validation", "test"]
    assert scores["test"]["accuracy"] >= 0.85
    rows = list(csv.DictReader(ok("predict", path, resource("samples", "iris.csv")).splitlines()))
    assert list(rows[0])[4:] == ["probability_setosa", "probability_versicolor", "probability_virginica", "prediction"]
    assert len(rows) == 150
    assert sum(float(rows[0][name]) for name in list(rows[0])[4:7]) == pytest.approx(1, abs=1e-6)
