"""How the network is trained: loss, optimiser, batch, epochs and when it is evaluated."""

from typing import Literal

import msgspec

from flux_gui.specs.model import Choice


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One stage of the learning rate's schedule: its rule, and how many epochs (or steps) it lasts; 0 to the end of the run."""

    rule: Choice
    length: int = 0


class TrainingSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`batch` 0 means all training rows in one batch; `evaluate_every` 0 lets operation counts decide (epochs).

    `chain` holds the rules that change a gradient before the optimiser sees it (decay, clipping), in order, each at most once;
    `schedule` the stages of the learning rate, whose base is the optimiser's rate; `stop` the rules that end a run early;
    `frozen` the ids of layers whose parameters stay as they are.
    """

    loss: Choice = Choice("mse")
    optimiser: Choice = Choice("Descent")
    chain: tuple[Choice, ...] = ()
    schedule: tuple[Stage, ...] = ()
    schedule_unit: Literal["epoch", "step"] = "epoch"
    stop: tuple[Choice, ...] = ()
    frozen: tuple[str, ...] = ()
    class_weights: Literal["none", "balanced"] = "none"
    batch: int = 0
    epochs: int = 201
    shuffle: bool = True
    keep_best: bool = True
    evaluate_every: int = 0
    seed: int = 0
