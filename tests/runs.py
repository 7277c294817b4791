"""Small runs of every optimiser that several test files share: data, a layer that draws random numbers, chains, schedules."""

from typing import Any

import numpy as np

from flux_gui import engine as flux
from flux_gui.engine.trainer import Trainer
from flux_gui.specs.model import Choice
from flux_gui.specs.training import Stage

RULES = [entry.name for entry in flux.OPTIMISERS if entry.kind == "optimiser"]
CHAINS: dict[str, flux.Rule | flux.OptimiserChain] = {
    **{name: flux.rule(name) for name in RULES},
    "decay": flux.OptimiserChain(flux.WeightDecay(0.01), flux.SignDecay(), flux.Adam(0.01)),
    "clip": flux.OptimiserChain(flux.ClipGrad(0.5), flux.ClipNorm(0.1), flux.Momentum(0.1)),
    "gather": flux.OptimiserChain(flux.AccumGrad(4), flux.ClipNorm(1), flux.RAdam()),
}
STAGES = (
    Stage(Choice("WarmUp", {"steps": 7}), 7),
    Stage(Choice("CosAnneal", {"period": 30}), 80),
    Stage(Choice("Plateau", {"patience": 2})),
)
RNG = np.random.default_rng(0)
X = RNG.standard_normal((11, 3)).astype(np.float32)
Y = np.eye(2, dtype=np.float32)[RNG.integers(0, 2, 11)]


class Noisy(flux.Layer):
    """Drops half of the numbers in training and counts the steps in a statistic."""

    def __init__(self, dtype: Any = np.float32) -> None:
        super().__init__(dtype)
        self.statistic("steps", np.zeros(1))

    def forward(self, x: Any) -> Any:
        if not flux.is_training():
            return x
        self.update_statistic("steps", self.steps + 1.0)
        return x * (flux.random_uniform(x.shape) > 0.5) * 2.0


def objective(loss: str = "mse") -> Any:
    entry = flux.LOSSES.get(loss)
    output = getattr(flux, entry.output)  # what the loss expects of the last layer
    return lambda yhat, y, w: entry.function(output(yhat), y, weights=w)


def trainer(rule: str = "Adam", backend: Any = None, loss: str = "mse", noisy: bool = False, **options: Any) -> Trainer:
    layers = [flux.Dense(3, 4, "tanh", seed=0), *([Noisy()] if noisy else []), flux.Dense(4, 2, seed=1)]
    model = flux.Chain(*layers)
    if backend is not None:
        model._store.move(backend)
    weights = options.pop("weights", None)
    return Trainer(model, objective(loss), flux.setup(CHAINS[rule], model), X, Y, weights, **options)
