"""How the network is trained: loss, optimiser, batch, epochs and when it is evaluated."""

import msgspec

from flux_gui.specs.model import Choice


class TrainingSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`batch` 0 means all training rows in one batch; `evaluate_every` 0 lets operation counts decide (epochs)."""

    loss: Choice = Choice("mse")
    optimiser: Choice = Choice("Descent")
    batch: int = 0
    epochs: int = 201
    shuffle: bool = True
    keep_best: bool = True
    evaluate_every: int = 0
    seed: int = 0
