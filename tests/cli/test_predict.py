"""`predict`: columns, units, files without the target."""

import csv
from pathlib import Path

import pytest

from flux_gui.core.paths import resource
from terminal import ok, refused, run

IRIS = resource("samples", "iris.csv")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("predict") / "iris.flux"
    ok("new", path, "--data", IRIS, "--target", "petal_width", "--layers", "4", "--epochs", "2")
    ok("train", path)
    return path


def test_other_columns_are_ignored_and_the_target_is_not_needed(path: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("note,species,petal_length,sepal_width,sepal_length\nfirst,setosa,1.4,3.5,5.1\nsecond,virginica,6,3,\n")
    answer = list(csv.DictReader(ok("predict", path, rows).splitlines()))
    assert list(answer[0]) == ["sepal_length", "sepal_width", "petal_length", "species", "prediction"]
    assert answer[0]["sepal_length"] == "5.1"
    assert answer[1]["sepal_length"] == ""  # missing: the training median was used
    assert float(answer[1]["prediction"])


def test_a_file_instead_of_the_terminal(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert ok("predict", path, IRIS, "--out", out) == ""
    assert out.read_text() == ok("predict", path, IRIS)
    assert len(out.read_text().splitlines()) == 151


def test_unknown_categories_are_told(path: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("species,petal_length,sepal_width,sepal_length\nrosa,1.4,3.5,5.1\nsetosa,1.4,3.5,5.1\n")
    done = run("predict", path, rows)
    assert done.status == 0
    assert "'rosa'" in done.err


def test_wrong_tables(path: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    assert "There is no file" in refused("predict", path, rows)
    rows.write_text("species,petal_length,sepal_width\nsetosa,1.4,3.5\nsetosa,1.5,3.5\n")
    assert "sepal_length" in refused("predict", path, rows)
    rows.write_text("species,petal_length,sepal_width,sepal_length\nsetosa,1.4,3.5,5.1\nsetosa,long,3.5,5.1\n")
    message = refused("predict", path, rows)
    assert "row 3" in message
    assert "'long'" in message
    rows.write_text("species,petal_length,sepal_width,sepal_length\nsetosa,1.4,3.5,5.1\n")
    assert "does not exist" in refused("predict", path, rows, "--out", tmp_path / "none" / "out.csv")


def test_columns_that_only_features_need(tmp_path: Path) -> None:
    project = tmp_path / "a.flux"
    settings = ("data.prepare.features=sepal_width^2", "data.source.columns.1.role=ignore", "data.prepare.missing=drop")
    ok("new", project, "--data", IRIS, "--target", "petal_width", *(part for setting in settings for part in ("--set", setting)))
    rows = tmp_path / "rows.csv"
    rows.write_text("species,petal_length,sepal_width,sepal_length\nsetosa,1.4,3.5,5.1\nvirginica,6,3,\n")
    done = run("predict", project, rows)
    answer = list(csv.DictReader(done.out.splitlines()))
    assert list(answer[0]) == ["sepal_length", "petal_length", "species", "sepal_width", "prediction"]
    assert len(answer) == 2
    assert "1 row has a missing input (first: row 3)" in done.err
