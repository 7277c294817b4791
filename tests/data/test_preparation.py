"""Tests of the preparation: encodings, answers, JSON, and flat arrays that suffice to recompute everything."""

import io
import json

import numpy as np
import pytest

from flux_gui.core.errors import DataError, FormatError
from flux_gui.data.preparation import InputEncoding, Preparation
from flux_gui.data.table import Column, Table

NUMBER = InputEncoding("x", "number", fill=2.0, center=1.0, scale=4.0)
COLOUR = InputEncoding("colour", "category", categories=("blue", "red"), word="red")
CLASSES = Preparation("classes", (NUMBER, COLOUR), "kind", "category", ("a", "b", "c"))
BINARY = Preparation("binary", (NUMBER,), "kind", "category", ("no", "yes"))
REGRESSION = Preparation("regression", (NUMBER,), "y", target_center=10.0, target_scale=2.0)


def rows(colours: list[str] | None = None) -> Table:
    words = np.array(colours or ["red", "", "violet"])
    return Table(
        (Column("colour", "category", words), Column("other", "number", np.ones(3)), Column("x", "number", np.array([5, np.nan, 1])))
    )


def test_raw_rows_become_inputs() -> None:
    assert CLASSES.feature_names == ("x", "colour=blue", "colour=red")
    x = CLASSES.apply(rows(), np.float32)
    assert x.tolist() == [[1.0, 0.0, 1.0], [0.25, 0.0, 1.0], [0.0, 0.0, 0.0]]
    assert x.dtype == np.float32
    assert x.flags.c_contiguous
    assert not x.flags.writeable


def test_an_unknown_category_is_told() -> None:
    (notice,) = CLASSES.notices(rows())
    assert "Column 'colour': 1 row with a category that no training row has (row 4: 'violet')" in notice
    assert CLASSES.notices(rows(["red", "blue", ""])) == ()


def test_numbers_can_be_categories() -> None:
    encoding = InputEncoding("x", "category", categories=("1", "2.5"), word="1")
    column = Column("x", "number", np.array([1.0, 2.5, np.nan]))
    assert encoding.encode(column).tolist() == [[1, 0], [0, 1], [1, 0]]


def test_missing_and_wrong_columns_are_refused() -> None:
    with pytest.raises(DataError, match="no column 'x', which the network needs") as caught:
        BINARY.apply(Table((Column("xx", "number", np.ones(2)),)))
    assert caught.value.hint == "Did you mean 'xx'?"
    with pytest.raises(DataError, match="must hold numbers"):
        BINARY.apply(Table((Column("x", "category", np.array(["a"])),)))


def test_numbers_too_large_are_refused() -> None:
    with pytest.raises(DataError, match="Column 'x' holds a number that is missing or too large for float32"):
        BINARY.apply(Table((Column("x", "number", np.array([1e300])),)), np.float32)


def test_columns_to_read() -> None:
    assert [column.name for column in CLASSES.columns()] == ["x", "colour"]
    assert [column.role for column in CLASSES.columns(target=True)] == ["input", "input", "target"]


def test_regression_answers_in_original_units() -> None:
    decoded = REGRESSION.decode(np.array([[0.5], [-1.0]], dtype=np.float32))
    assert decoded.prediction.tolist() == [11.0, 8.0]
    assert decoded.probabilities is None
    y = REGRESSION.encode_target(Table((Column("y", "number", np.array([11.0, 8.0])),)))
    assert y.tolist() == [[0.5], [-1.0]]
    assert REGRESSION.decode_target(y).tolist() == [11.0, 8.0]


def test_binary_answers() -> None:
    assert BINARY.output_names == ("yes",)
    decoded = BINARY.decode(np.array([[2.0], [-800.0], [800.0]]))
    assert decoded.prediction.tolist() == ["yes", "no", "yes"]
    assert decoded.probabilities is not None
    np.testing.assert_allclose(decoded.probabilities[:, 1], [0.880797, 0.0, 1.0], atol=1e-6)
    assert BINARY.decode(np.array([[0.4], [0.6]]), "probability").prediction.tolist() == ["no", "yes"]
    y = BINARY.encode_target(Table((Column("kind", "category", np.array(["yes", "no"])),)))
    assert y.tolist() == [[1.0], [0.0]]
    assert BINARY.decode_target(y).tolist() == ["yes", "no"]


def test_class_answers() -> None:
    decoded = CLASSES.decode(np.array([[1000.0, 999.0, -1000.0], [0.0, 0.0, 1.0]]))
    assert decoded.prediction.tolist() == ["a", "c"]
    assert decoded.probabilities is not None
    np.testing.assert_allclose(decoded.probabilities.sum(axis=1), 1.0)
    np.testing.assert_allclose(decoded.probabilities[0], [0.7310586, 0.2689414, 0.0], atol=1e-7)
    ready = np.array([[0.2, 0.5, 0.3]])
    assert CLASSES.decode(ready, "probability").probabilities.tolist() == ready.tolist()
    assert CLASSES.decode(np.empty((0, 3))).prediction.shape == (0,)


def test_outputs_that_are_not_finite_do_not_raise() -> None:
    assert CLASSES.decode(np.full((2, 3), np.nan)).prediction.shape == (2,)
    assert BINARY.decode(np.array([[np.inf], [np.nan]])).prediction.tolist()[0] == "yes"


def test_other_tables_with_targets() -> None:
    table = Table((Column("x", "number", np.arange(3.0)), Column("kind", "category", np.array(["yes", "", "no"]))))
    part = BINARY.part(table)
    assert part.rows.tolist() == [0, 2]
    assert part.y.tolist() == [[1.0], [0.0]]
    assert len(part) == 2
    with pytest.raises(DataError, match="Row 3, column 'kind': 'maybe' is none of the known labels"):
        BINARY.part(Table((Column("x", "number", np.arange(2.0)), Column("kind", "category", np.array(["yes", "maybe"])))))
    with pytest.raises(DataError, match="No row has a value"):
        BINARY.part(Table((Column("x", "number", np.ones(1)), Column("kind", "category", np.array([""])))))


@pytest.mark.parametrize("preparation", [CLASSES, BINARY, REGRESSION], ids=lambda p: p.task)
def test_json_gives_the_same_back(preparation: Preparation) -> None:
    assert Preparation.from_json(preparation.to_json()) == preparation
    with pytest.raises(FormatError, match=r"preparation.json cannot be read"):
        Preparation.from_json(preparation.to_json().replace(b'"x"', b"3"), "preparation.json")


def recompute(arrays: dict[str, object], raw: dict[str, list[object]]) -> list[list[float]]:
    """Network inputs from raw rows, with nothing but the exported arrays as JSON values."""
    blocks = []
    for i, (name, kind) in enumerate(zip(arrays["prepare.inputs"], arrays["prepare.kinds"], strict=True)):
        if kind == "number":
            filled = [arrays[f"prepare.{i}.fill"] if v is None else v for v in raw[name]]
            blocks.append([[(v - arrays[f"prepare.{i}.center"]) / arrays[f"prepare.{i}.scale"]] for v in filled])
        else:
            filled = [arrays[f"prepare.{i}.fill"] if v is None else v for v in raw[name]]
            blocks.append([[float(v == c) for c in arrays[f"prepare.{i}.categories"]] for v in filled])
    return [[value for part in parts for value in part] for parts in zip(*blocks, strict=True)]


def test_the_export_is_enough_through_npz_and_json() -> None:
    arrays = CLASSES.export()
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    stream.seek(0)
    with np.load(stream, allow_pickle=False) as loaded:
        values = json.loads(json.dumps({key: loaded[key].tolist() for key in loaded}))
    assert set(values) == set(arrays)
    raw = {"x": [5.0, None, 1.0], "colour": ["red", None, "violet"]}
    assert recompute(values, raw) == CLASSES.apply(rows()).tolist()
    assert values["prepare.labels"] == ["a", "b", "c"]
    assert values["prepare.feature_columns"] == ["x", "colour=blue", "colour=red"]
    assert REGRESSION.export()["prepare.target_scale"] == 2.0
    assert REGRESSION.export()["prepare.labels"].shape == (0,)


def test_what_outputs_are_decides_how_they_are_read() -> None:
    two = Preparation("binary", (), "y", "category", ("no", "yes"))
    scores = np.array([[-2.0], [0.3], [0.7]])
    assert two.decode(scores).prediction.tolist() == ["no", "yes", "yes"]
    assert two.decode(scores, "probability").prediction.tolist() == ["no", "no", "yes"]
    chances = two.decode(np.array([[-0.5], [1.5]]), "probability").probabilities
    assert chances is not None
    assert chances.tolist() == [[1.0, 0.0], [0.0, 1.0]]  # a network without sigmoid may overshoot
    margins = two.decode(scores, "margin")
    assert margins.prediction.tolist() == ["no", "yes", "yes"]
    assert margins.probabilities is None
    three = Preparation("classes", (), "y", "category", ("a", "b", "c"))
    raw = np.array([[0.2, 0.2, 0.6], [-1.0, -2.0, -3.0]])
    shares = three.decode(raw, "probability").probabilities
    assert shares is not None
    np.testing.assert_allclose(shares, [[0.2, 0.2, 0.6], [1 / 3] * 3])
    logarithms = three.decode(np.log(raw[:1]), "logprobability")
    assert logarithms.probabilities is not None
    np.testing.assert_allclose(logarithms.probabilities, raw[:1])
    assert three.decode(raw, "margin").probabilities is None
