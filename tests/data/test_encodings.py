"""Encodings: numbers, words, indicators and features, compared with scikit-learn, fitted on training rows alone."""

from typing import Any

import numpy as np
import pytest

from flux_gui.core.errors import DataError
from flux_gui.data.encodings import computed, filled, fit_feature, fit_input
from flux_gui.data.features import feature
from flux_gui.data.missing import IMPUTERS
from flux_gui.data.scaling import SCALERS
from flux_gui.data.table import Column, Table
from flux_gui.specs.data import ColumnSpec, PrepareSpec

X = ColumnSpec("x", "number", "input")
C = ColumnSpec("c", "category", "input")
SCALER_PEERS = {"standard": "StandardScaler", "minmax": "MinMaxScaler", "robust": "RobustScaler"}


def column(values: Any, name: str = "x") -> Column:
    return Column(name, "number", np.asarray(values, dtype=np.float64))


def words(*values: str) -> Column:
    return Column("c", "category", np.array(values))


@pytest.mark.parametrize("indicator", [False, True])
@pytest.mark.parametrize("missing", [entry.name for entry in IMPUTERS if not entry.drops])
@pytest.mark.parametrize("scaler", SCALERS.names())
def test_numbers_as_scikit_learn(scaler: Any, missing: Any, indicator: bool) -> None:
    preprocessing, impute = pytest.importorskip("sklearn.preprocessing"), pytest.importorskip("sklearn.impute")
    draw = np.random.default_rng(1)
    train, other = draw.integers(-4, 9, 60) * 1.5, draw.integers(-4, 9, 20) * 1.5
    train[[3, 7, 8]] = other[[0, 5]] = np.nan
    spec = PrepareSpec(scaler, "none", missing, 2.5, indicator)
    found = fit_input(column(train), X, spec)
    fill = impute.SimpleImputer(strategy=missing, fill_value=2.5 if missing == "constant" else None).fit(train[:, None])
    expected = fill.transform(other[:, None])
    if scaler != "none":
        expected = getattr(preprocessing, SCALER_PEERS[scaler])().fit(fill.transform(train[:, None])).transform(expected)
    if indicator:
        expected = np.concatenate([expected, impute.MissingIndicator().fit(train[:, None]).transform(other[:, None])], axis=1)
    np.testing.assert_allclose(found.encode(column(other)), expected, rtol=1e-12, atol=1e-12)
    assert found.features == (("x", "x missing") if indicator else ("x",))


@pytest.mark.parametrize("indicator", [False, True])
def test_words_as_scikit_learn(indicator: bool) -> None:
    preprocessing, impute = pytest.importorskip("sklearn.preprocessing"), pytest.importorskip("sklearn.impute")
    train = np.array(["b", "a", "", "b", "c"])
    other = np.array(["c", "", "d", "a"])
    found = fit_input(words(*train), C, PrepareSpec(missing_indicator=indicator))

    def gaps(values: np.ndarray) -> np.ndarray:
        return np.where(values == "", np.nan, values.astype(object))[:, None]

    fill = impute.SimpleImputer(strategy="most_frequent").fit(gaps(train))
    hot = preprocessing.OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(fill.transform(gaps(train)))
    expected = hot.transform(fill.transform(gaps(other)))
    if indicator:
        expected = np.concatenate([expected, (other == "")[:, None]], axis=1)
    np.testing.assert_array_equal(found.encode(words(*other)), expected)
    assert found.features == ("c=a", "c=b", "c=c", *(("c missing",) if indicator else ()))


def test_an_indicator_only_where_training_rows_lack_cells() -> None:
    found = fit_input(column([1, 2]), X, PrepareSpec(missing_indicator=True))
    assert found.features == ("x",)
    assert found.encode(column([np.nan])).tolist() == [[0.0]]


def test_features_are_fitted_and_filled() -> None:
    table = Table((column([1, np.nan, 3]), column([2, 2, 5], "other")))
    found = fit_feature(feature("x^2", ("x", "other")), table, PrepareSpec("minmax", missing="constant", missing_constant=2.0))
    assert (found.columns, found.fills, found.center, found.scale) == (("x",), (2.0,), 1.0, 8.0)
    assert found.encode(table)[:, 0].tolist() == [0.0, 3 / 8, 1.0]
    assert str(found.export()["formula"]) == "v0**2"


def test_a_feature_without_a_value_names_the_row() -> None:
    table = Table((column([1, -1]),), origin=np.array([2, 9]))
    with pytest.raises(DataError, match=r"The feature 'log\(x\)' has no finite value in row 9 \(x = -1\)\.") as caught:
        computed(feature("log(x)", ("x",)), (0.0,), table)
    assert caught.value.hint


def test_what_cannot_be_fitted() -> None:
    with pytest.raises(DataError, match="no value in any training row"):
        fit_input(column([np.nan]), X, PrepareSpec())
    with pytest.raises(DataError, match="needs the column 'x', which has no value"):
        fit_feature(feature("x+1", ("x",)), Table((column([np.nan]),)), PrepareSpec())
    with pytest.raises(DataError, match="must hold numbers"):
        filled(words("a"), 0.0)
    many = words(*(f"w{i}" for i in range(1001)))
    with pytest.raises(DataError, match="at most 1000"):
        fit_input(many, C, PrepareSpec())
