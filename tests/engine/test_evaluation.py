"""Tests of evaluations and predictions: chunks of rows give what one pass gives, and scratch memory is shared with training."""

import sys
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.engine.evaluation import Evaluator, predict
from runs import X, Y, objective, trainer


@pytest.mark.parametrize("weights", [None, np.linspace(0.5, 2, 11).astype(np.float32)])
def test_evaluation_in_chunks_equals_one_pass(weights: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    model = flux.Chain(flux.Dense(3, 2, seed=0))
    whole = Evaluator(model, objective(), X, Y, weights)
    monkeypatch.setattr(sys.modules[Evaluator.__module__], "_CHUNK_ROWS", 4)
    chunks = Evaluator(model, objective(), X, Y, weights)
    assert len(chunks._parts) == 3
    for _ in range(2):
        assert chunks() == pytest.approx(whole(), rel=1e-6)
        model.flat[:] *= 2
    assert chunks.operations > 0


def test_predictions_in_chunks() -> None:
    model = flux.Chain(flux.Dense(3, 2, "tanh", seed=0))
    np.testing.assert_allclose(predict(model, X, 4), model(X), rtol=1e-6)
    assert predict(model, X[:0]).shape == (0, 2)
    assert predict(model, X.astype(np.float64)).dtype == np.float32


def test_the_arena_of_training_serves_evaluations_too() -> None:
    run = trainer()
    run.advance(3)
    free, shared = (Evaluator(run.model, objective(), X, Y, arena=arena) for arena in (None, run.arena))
    before = run.arena.memory
    assert shared() == free()
    run.advance(2)
    assert shared() == free()
    assert run.arena.memory is before
