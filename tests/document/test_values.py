"""Typed values at dotted paths."""

from typing import Any

import pytest

from flux_gui.core.errors import FluxError, SettingError
from flux_gui.document.values import with_value
from flux_gui.specs import Choice, ColumnSpec, DataSpec, FileData, ProjectSpec, Range
from flux_gui.specs.codec import get_path

LINE = ProjectSpec()
FILE = ProjectSpec(
    data=DataSpec(
        FileData("a.csv", (ColumnSpec("a", "number", "input"), ColumnSpec("b", "text", "ignore"), ColumnSpec("y", "number", "target")))
    )
)


@pytest.mark.parametrize(
    ("path", "given", "stored"),
    [
        ("training.epochs", 5.0, 5),
        ("training.optimiser.eta", 1, 1.0),
        ("training.optimiser", "adam", Choice("Adam")),
        ("training.shuffle", False, False),
        ("model.layers.0.activation", "TANH", Choice("tanh")),
        ("data.source.train", "0:1:0.5", Range(0, 1, 0.5)),
        ("data.source.noise", 1, 1.0),
        ("model.dtype", "float64", "float64"),
        ("name", "new", "new"),
    ],
)
def test_values_become_what_belongs_there(path: str, given: Any, stored: Any) -> None:
    assert get_path(with_value(LINE, path, given), path) == stored


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("nothing", 1),
        ("training.nothing", 1),
        ("training.optimiser.nothing", 1),
        ("model.layers.7.units", 1),
        ("model.layers.x.units", 1),
        ("training.epochs", "many"),
        ("training.epochs", 2.5),
        ("training.optimiser", "Adamm"),
        ("training.optimiser.eta", "fast"),
        ("training.optimiser.eta", True),
        ("model.dtype", "float16"),
        ("training.shuffle", "yes"),
        ("data.source.target", "y"),
        ("", 1),
    ],
)
def test_wrong_paths_and_types_are_refused(path: str, value: Any) -> None:
    with pytest.raises(FluxError) as caught:
        with_value(LINE, path, value)
    assert caught.value.message.endswith(".")


def test_choosing_the_same_entry_again_keeps_its_settings() -> None:
    spec = with_value(LINE, "training.optimiser.eta", 0.5)
    assert with_value(spec, "training.optimiser", "descent").training.optimiser == Choice("Descent", {"eta": 0.5})


def test_split_fractions_stay_balanced() -> None:
    split = with_value(FILE, "data.split.validation", 0.3).data.split
    assert (split.train, split.validation, split.test) == (0.55, 0.3, 0.15)
    split = with_value(FILE, "data.split.train", 0.5).data.split
    assert (split.train, split.validation, split.test) == (0.5, 0.15, 0.35)
    split = with_value(FILE, "data.split.train", 0.95).data.split
    assert (split.train, split.validation, split.test) == (0.95, 0.05, 0.0)


def test_there_is_one_target() -> None:
    for path, value in (("data.source.target", "a"), ("data.source.columns.0.role", "target")):
        columns = with_value(FILE, path, value).data.source.columns  # type: ignore[union-attr]
        assert [c.role for c in columns] == ["target", "ignore", "input"]
    with pytest.raises(SettingError, match="no column 'c'"):
        with_value(FILE, "data.source.target", "c")


def test_roles_and_kinds_of_columns() -> None:
    left_out = with_value(FILE, "data.source.columns.0.role", "ignore")
    assert get_path(left_out, "data.source.columns.0") == ColumnSpec("a", "number", "ignore", "chosen")
    as_text = with_value(FILE, "data.source.columns.0.kind", "text")
    assert get_path(as_text, "data.source.columns.0").role == "ignore"
    assert with_value(FILE, "data.source.columns.0.role", "input") is FILE
    with_task = with_value(FILE, "data.source.task", "regression")
    assert get_path(with_value(with_task, "data.source.columns.2.kind", "category"), "data.source.task") == ""
    with pytest.raises(SettingError):
        with_value(FILE, "data.source.columns.0.kind", "colour")
