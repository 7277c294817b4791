"""Tests of strict JSON and of paths into specifications."""

import msgspec
import pytest

from flux_gui.core.errors import FormatError
from flux_gui.specs import Choice, DenseSpec, ModelSpec, ProjectSpec, SoftmaxSpec, codec

SPEC = ProjectSpec(model=ModelSpec((DenseSpec("a", 4), DenseSpec("b", 1, Choice("identity")), SoftmaxSpec("c"))))


def test_a_specification_survives_json() -> None:
    text = codec.encode(SPEC)
    assert codec.decode(text, ProjectSpec, "here") == SPEC
    assert b"\n" in text


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (b'{"nme": "x"}', "nme"),
        (b'{"training": {"epochs": "many"}}', r"\$\.training\.epochs"),
        (b'{"training": {"epochs": 1.5}}', "epochs"),
        (b'{"model": {"layers": [{"type": "conv", "id": "a"}]}}', "layers"),
        (b'{"data": {"source": {"type": "formula", "noise": NaN}}}', "here"),
        (b'{"name": "x"', "here"),
        (b"\xff\xfe", "here"),
        (b"[" * 100_000, "here"),
    ],
)
def test_what_is_not_a_specification_is_refused_with_its_place(text: bytes, part: str) -> None:
    with pytest.raises(FormatError, match=part) as caught:
        codec.decode(text, ProjectSpec, "here")
    assert caught.value.message.startswith("here cannot be read")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("name", "line", "curve"),
        ("training.loss.name", "mse", "mae"),
        ("training.epochs", 201, 5),
        ("model.layers.0.units", 4, 9),
        ("model.layers.1.activation", Choice("identity"), Choice("tanh")),
        ("data.source.train.stop", 5.0, 7.0),
    ],
)
def test_paths_read_and_replace_one_value(path: str, before: object, after: object) -> None:
    assert codec.get_path(SPEC, path) == before
    changed = codec.set_path(SPEC, path, after)
    assert codec.get_path(changed, path) == after
    assert codec.set_path(changed, path, before) == SPEC


def test_settings_of_a_choice_are_its_children() -> None:
    changed = codec.set_path(SPEC, "training.optimiser.eta", 0.5)
    assert changed.training.optimiser == Choice("Descent", {"eta": 0.5})
    assert codec.get_path(changed, "training.optimiser.eta") == 0.5
    assert SPEC.training.optimiser.values == {}


def test_unchanged_parts_stay_the_same_objects() -> None:
    changed = codec.set_path(SPEC, "model.layers.0.units", 9)
    assert changed.data is SPEC.data
    assert changed.training is SPEC.training
    assert changed.model.layers[1] is SPEC.model.layers[1]


def test_paths_that_do_not_exist_raise() -> None:
    for path in ("model.layers.7.units", "training.optimiser.eta"):
        with pytest.raises((KeyError, IndexError)):
            codec.get_path(SPEC, path)
    with pytest.raises((KeyError, AttributeError, TypeError)):
        codec.get_path(SPEC, "training.speed")


def test_specifications_are_frozen() -> None:
    with pytest.raises(AttributeError):
        SPEC.name = "other"  # type: ignore[misc]
    assert msgspec.structs.replace(SPEC, name="other").name == "other"
