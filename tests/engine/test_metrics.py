"""Every metric against scikit-learn on random and on awkward cases, against its formula, and its conventions where nothing is defined."""

import warnings
from typing import Any

import numpy as np
import pytest

from flux_gui.core.errors import DataError, ShapeError
from flux_gui.engine.metrics import METRICS, MetricEntry, confusion_matrix, log_loss, mape, per_class, roc_auc, score

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what scikit-learn's own imports say is not ours
    from sklearn import metrics as sklearn

BY_PREDICTION = [entry for entry in METRICS if entry.needs == "prediction"]
BY_PROBABILITY = [entry for entry in METRICS if entry.needs == "probabilities"]
CLASSES = [entry for entry in BY_PREDICTION if "classes" in entry.tasks]
NUMBERS = [entry for entry in BY_PREDICTION if "regression" in entry.tasks]
PEERS: dict[str, Any] = {
    "accuracy": sklearn.accuracy_score,
    "balanced_accuracy": sklearn.balanced_accuracy_score,
    "precision": lambda t, p: sklearn.precision_score(t, p, average="macro", zero_division=0),
    "recall": lambda t, p: sklearn.recall_score(t, p, average="macro", zero_division=0),
    "f1": lambda t, p: sklearn.f1_score(t, p, average="macro", zero_division=0),
    "r2": sklearn.r2_score,
    "mae": sklearn.mean_absolute_error,
    "rmse": sklearn.root_mean_squared_error,
    "mape": sklearn.mean_absolute_percentage_error,
    "max_error": sklearn.max_error,
}
LABELS = ["ant", "bee", "cat", "dog"]


def classes(seed: int, size: int, rows: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Random truth, prediction and probabilities with ties; every label occurs."""
    rng = np.random.default_rng(seed)
    labels = LABELS[:size]
    truth = np.array(labels)[np.concatenate([np.arange(size), rng.integers(0, size, rows - size)])]
    raw = np.round(rng.random((rows, size)), 1) + 0.05
    chances = raw / raw.sum(axis=1, keepdims=True)
    return truth, np.array(labels)[chances.argmax(axis=1)], chances, labels


@pytest.mark.parametrize("entry", list(METRICS), ids=lambda e: e.name)
def test_texts_and_ends(entry: MetricEntry) -> None:
    assert entry.label
    assert entry.doc
    assert entry.formula
    assert entry.tasks
    truth = np.array([1.0, 2.0, 4.0])
    if entry.needs == "prediction":
        given: Any = (truth, truth[::-1])
        perfect, poor, none = entry.function(truth, truth), entry.function(*given), entry.function(np.empty(0), np.empty(0))
    else:
        perfect, poor = (entry.function(truth, np.eye(3)[order], [1.0, 2.0, 4.0]) for order in ([0, 1, 2], [2, 1, 0]))
        none = entry.function(np.empty(0), np.empty((0, 3)), [1.0, 2.0, 4.0])
    assert isinstance(perfect, float)
    assert perfect == pytest.approx(1.0 if entry.larger_is_better else 0.0)
    assert perfect > poor if entry.larger_is_better else perfect < poor
    assert np.isnan(none)


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("entry", CLASSES, ids=lambda e: e.name)
def test_scores_of_labels_are_those_of_scikit_learn(entry: MetricEntry, size: int) -> None:
    for seed in range(5):
        truth, prediction, _, _ = classes(seed, size)
        assert entry.function(truth, prediction) == pytest.approx(PEERS[entry.name](truth, prediction), rel=1e-12)


@pytest.mark.parametrize("entry", [e for e in CLASSES if e.name != "balanced_accuracy"], ids=lambda e: e.name)
def test_classes_that_are_never_predicted_or_never_occur(entry: MetricEntry) -> None:
    for truth, prediction in (("aab", "aaa"), ("aaa", "aab"), ("aaa", "aaa"), ("abc", "ccc"), ("aab", "bbd"), ("ab", "ba")):
        pair = np.array(list(truth)), np.array(list(prediction))
        assert entry.function(*pair) == pytest.approx(PEERS[entry.name](*pair), rel=1e-12), (truth, prediction)


def test_balanced_accuracy_counts_the_classes_of_the_truth() -> None:
    assert METRICS.get("balanced_accuracy").function(np.array(list("aaab")), np.array(list("aacb"))) == pytest.approx((2 / 3 + 1) / 2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("entry", NUMBERS, ids=lambda e: e.name)
def test_scores_of_numbers_are_those_of_scikit_learn(entry: MetricEntry, dtype: Any) -> None:
    rng = np.random.default_rng(3)
    truth = (rng.standard_normal(50) * 10 + 30).astype(dtype)
    prediction = truth + rng.standard_normal(50).astype(dtype)
    assert entry.function(truth, prediction) == pytest.approx(
        float(PEERS[entry.name](truth, prediction)), rel=1e-5 if dtype == np.float32 else 1e-12
    )


@pytest.mark.parametrize("size", [2, 3, 4])
def test_scores_of_probabilities_are_those_of_scikit_learn(size: int) -> None:
    for seed in range(5):
        truth, prediction, chances, labels = classes(seed, size)
        given: Any = (truth, chances[:, 1]) if size == 2 else (truth, chances)
        area = sklearn.roc_auc_score(*given) if size == 2 else sklearn.roc_auc_score(*given, multi_class="ovr", labels=labels)
        found = score("classes", truth, prediction, chances, labels)
        assert found["roc_auc"] == pytest.approx(area, rel=1e-12)
        assert found["log_loss"] == pytest.approx(sklearn.log_loss(truth, chances, labels=labels), rel=1e-12)
        assert score("classes", truth, prediction, chances) == found  # the labels that occur, sorted


def test_sure_and_wrong_stays_finite() -> None:
    truth, chances = np.array(["a", "b"]), np.array([[0.0, 1.0], [0.0, 1.0]])
    assert log_loss(truth, chances, ["a", "b"]) == pytest.approx(sklearn.log_loss(truth, chances, labels=["a", "b"]), rel=1e-9)
    assert np.isfinite(log_loss(truth, chances.astype(np.float32), ["a", "b"]))


def test_where_nothing_is_defined() -> None:
    one = np.array(["a", "a"])
    assert np.isnan(roc_auc(one, np.array([[0.4, 0.6], [0.1, 0.9]]), ["a", "b"]))
    assert np.isnan(roc_auc(np.array(["a", "b"]), np.full((2, 2), np.nan), ["a", "b"]))
    chances = np.array([[0.7, 0.2, 0.1], [0.2, 0.7, 0.1], [0.1, 0.8, 0.1]])  # no row is a c: the mean is over a and b
    assert roc_auc(np.array(["a", "b", "b"]), chances, ["a", "b", "c"]) == 1.0
    assert np.isnan(score("regression", np.full(21, 5.1), np.linspace(4, 6, 21))["r2"])
    assert all(np.isnan(value) for value in score("classes", np.array([], str), np.array([], str), np.empty((0, 2)), ["a", "b"]).values())


def test_rows_without_a_relative_error() -> None:
    truth = np.array([0.0, 1e-9, 2.0, -4.0])
    assert mape(truth, np.array([1.0, 1.0, 3.0, -3.0])) == pytest.approx((0.5 + 0.25) / 2)
    assert np.isnan(mape(np.zeros(3), np.ones(3)))


def test_the_scores_of_each_task() -> None:
    truth, prediction = np.array([1.0, 2.0, 3.0, 6.0]), np.array([1.5, 2.0, 2.0, 6.0])
    scores = score("regression", truth, prediction)
    assert list(scores) == ["r2", "mae", "rmse", "mape", "max_error"]
    assert scores["mae"] == pytest.approx(0.375)
    assert scores["rmse"] == pytest.approx(np.sqrt(1.25 / 4))
    assert scores["r2"] == pytest.approx(1 - 1.25 / 14)
    by_label = ["accuracy", "balanced_accuracy", "precision", "recall", "f1"]
    for task in ("binary", "classes"):
        assert list(score(task, np.array(["a", "b", "a"]), np.array(["a", "b", "b"]))) == by_label
        given = score(task, np.array(["a", "b"]), np.array(["a", "b"]), np.eye(2), ["a", "b"])
        assert list(given) == [*by_label, "roc_auc", "log_loss"]
    assert {e.name for e in CLASSES} | {e.name for e in NUMBERS} == PEERS.keys()
    assert [e.name for e in BY_PROBABILITY] == ["roc_auc", "log_loss"]


def test_confusion_matrices() -> None:
    for seed, size in ((0, 2), (1, 4)):
        truth, prediction, _, labels = classes(seed, size)
        found = confusion_matrix(truth, prediction, labels[::-1])
        np.testing.assert_array_equal(found, sklearn.confusion_matrix(truth, prediction, labels=labels[::-1]))
        np.testing.assert_array_equal(confusion_matrix(truth, prediction), sklearn.confusion_matrix(truth, prediction))
    assert confusion_matrix(np.array(["a"]), np.array(["a"]), ["a", "b"]).tolist() == [[1, 0], [0, 0]]


def test_the_scores_of_each_class() -> None:
    truth, prediction, _, labels = classes(2, 3)
    found = per_class(truth, prediction, labels)
    wanted = sklearn.precision_recall_fscore_support(truth, prediction, labels=labels, zero_division=0)
    assert list(found) == labels
    for i, label in enumerate(labels):
        assert list(found[label]) == ["precision", "recall", "f1", "rows"]
        assert list(found[label].values()) == pytest.approx([column[i] for column in wanted])
    assert per_class(np.array(["a"]), np.array(["a"]), ["a", "b"])["b"] == {"precision": 0, "recall": 0, "f1": 0, "rows": 0}


def test_wrong_arguments() -> None:
    with pytest.raises(DataError, match="'c' is none of the labels a, b"):
        confusion_matrix(np.array(["a", "c"]), np.array(["a", "a"]), ["a", "b"])
    with pytest.raises(ShapeError, match="every row"):
        confusion_matrix(np.array(["a"]), np.array(["a", "a"]), ["a", "b"])
    with pytest.raises(ShapeError, match="each of the 3 labels"):
        roc_auc(np.array(["a"]), np.ones((1, 2)), ["a", "b", "c"])
