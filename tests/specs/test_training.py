"""Tests of the specification of training."""

from flux_gui.engine import LOSSES, OPTIMISERS
from flux_gui.specs import TrainingSpec


def test_the_default_is_the_line_example() -> None:
    spec = TrainingSpec()
    assert (spec.loss.name, spec.optimiser.name, spec.batch, spec.epochs) == ("mse", "Descent", 0, 201)
    assert spec.loss.name in LOSSES
    assert OPTIMISERS.get(spec.optimiser.name).values(spec.optimiser.values) == {"eta": 0.1}
