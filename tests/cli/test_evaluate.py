"""`evaluate`: scores of each part and of other tables."""

import json
from pathlib import Path

import pytest

from flux_gui.core.paths import resource
from terminal import ok, refused

IRIS = resource("samples", "iris.csv")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "iris.flux"
    ok("new", path, "--data", IRIS, "--target", "species", "--layers", "")
    return path


def test_parts(path: Path) -> None:
    scores = json.loads(ok("evaluate", path, "--json"))
    assert list(scores) == ["train", "validation", "test"]
    by_label = ["accuracy", "balanced_accuracy", "precision", "recall", "f1", "roc_auc", "log_loss"]
    assert list(scores["train"]) == ["loss", *by_label, "per_class"]
    assert scores["train"]["per_class"]["setosa"].keys() == {"precision", "recall", "f1", "rows"}
    text = ok("evaluate", path)
    assert text.startswith("train")
    assert "accuracy" in text


def test_parts_without_rows_are_there_and_empty(tmp_path: Path) -> None:
    path = tmp_path / "all.flux"
    ok("new", path, "--data", IRIS, "--target", "species", "--layers", "", "--split", "0.8,0,0.2")
    scores = json.loads(ok("evaluate", path, "--json"))
    assert list(scores) == ["train", "validation", "test"]
    assert scores["validation"] == {}
    assert "validation no rows" in " ".join(ok("evaluate", path).split())


def test_another_table(path: Path, tmp_path: Path) -> None:
    scores = json.loads(ok("evaluate", path, "--data", IRIS, "--json"))
    assert list(scores) == ["data"]
    assert scores["data"]["per_class"]["virginica"]["rows"] == 50
    without = tmp_path / "without.csv"
    without.write_text("sepal_length,sepal_width,petal_length,petal_width\n1,2,3,4\n2,3,4,5\n")
    assert "species" in refused("evaluate", path, "--data", without)
    assert "There is no file" in refused("evaluate", path, "--data", tmp_path / "none.csv")


def test_numbers(tmp_path: Path) -> None:
    path = tmp_path / "line.flux"
    ok("new", path, "--formula", "4*x + 2", "--train", "0:5", "--test", "6:10", "--layers", "")
    scores = json.loads(ok("evaluate", path, "--json"))
    assert list(scores["test"]) == ["loss", "r2", "mae", "rmse", "mape", "max_error"]


def test_weights_count_in_the_loss_alone(path: Path, tmp_path: Path) -> None:
    told = "weights count in the loss, not in the metrics"
    assert told not in ok("evaluate", path)
    assert told in ok("evaluate", ok_with(path, "training.class_weights=balanced"))
    table = tmp_path / "weighted.csv"
    table.write_text("x,w,y\n" + "".join(f"{i},{1 + i % 3},{i * 2.5}\n" for i in range(30)))
    weighted = tmp_path / "weighted.flux"
    ok("new", weighted, "--data", table, "--layers", "", "--set", "data.source.columns.1.role=weight")
    assert told in ok("evaluate", weighted)
    assert told not in ok("evaluate", weighted, "--data", table)  # its rows have no weights


def ok_with(path: Path, setting: str) -> Path:
    """Return the project with one setting changed."""
    ok("train", path, "--epochs", "1", "--set", setting)
    return path
