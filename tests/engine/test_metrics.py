"""Tests of every metric against its formula."""

import numpy as np
import pytest

from flux_gui.engine.metrics import METRICS, MetricEntry, score


@pytest.mark.parametrize("entry", list(METRICS), ids=lambda e: e.name)
def test_texts_and_ends(entry: MetricEntry) -> None:
    assert entry.label
    assert entry.doc
    assert entry.formula
    assert entry.tasks
    truth = np.array([1.0, 2.0, 4.0])
    perfect, poor = entry.function(truth, truth), entry.function(truth, truth[::-1])
    assert isinstance(perfect, float)
    assert perfect == (1.0 if entry.larger_is_better else 0.0)
    assert perfect > poor if entry.larger_is_better else perfect < poor
    assert np.isnan(entry.function(np.empty(0), np.empty(0)))


def test_scores_of_a_regression() -> None:
    truth, prediction = np.array([1.0, 2.0, 3.0, 6.0]), np.array([1.5, 2.0, 2.0, 6.0])
    scores = score("regression", truth, prediction)
    assert list(scores) == ["r2", "mae", "rmse"]
    assert scores["mae"] == pytest.approx(0.375)
    assert scores["rmse"] == pytest.approx(np.sqrt(1.25 / 4))
    assert scores["r2"] == pytest.approx(1 - 1.25 / 14)
    assert np.isnan(score("regression", np.ones(3), np.ones(3))["r2"])


@pytest.mark.parametrize("task", ["binary", "classes"])
def test_scores_of_classes(task: str) -> None:
    assert score(task, np.array(["a", "b", "c", "a"]), np.array(["a", "b", "b", "b"])) == {"accuracy": 0.5}


def test_r2_of_a_constant_truth_is_not_defined() -> None:
    assert np.isnan(score("regression", np.full(21, 5.1), np.linspace(4, 6, 21))["r2"])
