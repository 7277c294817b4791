"""The bench: how long one training step of each of five reference nets takes, in the plan that a run of that project builds.

Each net is a project with made-up rows, all in one batch; a step returns its loss and reads the rate from the live array, as
every training step does.
"""

import itertools
import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import DivergedError, SettingError
from flux_gui.core.registry import Entry, Registry
from flux_gui.data.preparation import InputEncoding, Part, Preparation
from flux_gui.data.prepare import Dataset
from flux_gui.data.table import Column, Table
from flux_gui.document.project import Project
from flux_gui.document.states import ModelState, frozen
from flux_gui.engine import models
from flux_gui.engine.backend import blas_threads
from flux_gui.runtime.run import Run
from flux_gui.specs import Choice, DenseSpec, ModelSpec, ProjectSpec, TrainingSpec

SECONDS: Final = 2.0
RATE: Final = 1e-3
EPOCHS: Final = 1_000_000_000
_WARM: Final = 0.2  # of the seconds are spent before anything counts
_BLOCK: Final = 0.02  # seconds of one timing; the result is the median of them


@dataclass(frozen=True)
class Net(Entry):
    """A reference net: `sizes` from inputs to outputs, an activation per layer, rows of its one batch, task, loss and optimiser."""

    sizes: tuple[int, ...] = (1, 1)
    activations: tuple[str, ...] = ("identity",)
    rows: int = 6
    loss: str = "mse"
    optimiser: str = "Adam"


NETS: Registry[Net] = Registry("reference net")
_TASKS: Final = {"mse": "regression", "logitbinarycrossentropy": "binary", "logitcrossentropy": "classes"}


def data(net: Net) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the rows of a net: normal inputs (rows, inputs); normal, 0 / 1 or one-hot targets (rows, outputs)."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((net.rows, net.sizes[0])).astype(np.float32)
    outputs = net.sizes[-1]
    if _TASKS[net.loss] == "classes":
        return x, np.eye(outputs, dtype=np.float32)[rng.integers(0, outputs, net.rows)]
    if _TASKS[net.loss] == "binary":
        return x, rng.integers(0, 2, (net.rows, outputs)).astype(np.float32)
    return x, rng.standard_normal((net.rows, outputs)).astype(np.float32)


def project(net: Net, **training: Any) -> Project:
    """Return a project that trains `net` on its rows in one batch; `training` replaces fields of the training specification."""
    layers = tuple(
        DenseSpec(f"layer{i}", units, Choice(activation))
        for i, (units, activation) in enumerate(zip(net.sizes[1:], net.activations, strict=True))
    )
    settings = {"loss": Choice(net.loss), "optimiser": Choice(net.optimiser, {"eta": RATE}), "epochs": EPOCHS, **training}
    spec = ProjectSpec(net.name, model=ModelSpec(layers), training=TrainingSpec(**settings))
    x, y = data(net)
    start = frozen(models.initial(spec.model, net.sizes[0]))
    columns = tuple(Column(f"x{i}", "number", x[:, i]) for i in range(net.sizes[0]))
    return Project(spec, Table(columns), _dataset(net, x, y), ModelState(start, np.empty(0, np.float32), start))


def _dataset(net: Net, x: NDArray[np.float32], y: NDArray[np.float32]) -> Dataset:
    task: Any = _TASKS[net.loss]
    count = {"regression": 0, "binary": 2, "classes": net.sizes[-1]}[task]
    inputs = tuple(InputEncoding(f"x{i}", "number") for i in range(net.sizes[0]))
    preparation = Preparation(task, inputs, "y", labels=tuple(f"label{i}" for i in range(count)))
    nothing = Part(x[:0], y[:0], np.empty(0, np.intp))
    return Dataset(task, preparation, {"train": Part(x, y, np.arange(len(x))), "validation": nothing, "test": nothing})


def seconds_per_step(net: Net, seconds: float = SECONDS) -> float:
    """Return the median time of one training step over about `seconds` seconds, at least one timing."""
    trainer = Run(project(net)).trainer
    warm = time.perf_counter() + _WARM * seconds
    while trainer.advance(2**20, _BLOCK) and time.perf_counter() < warm:
        pass
    times: list[float] = []
    now = time.perf_counter()
    end = now + seconds
    while not times or now < end:
        before, done = now, trainer.advance(2**20, _BLOCK)
        now = time.perf_counter()
        if not done:
            raise DivergedError(f"The net {net.name} stopped being finite while it was timed.", "Report this: its numbers never grow.")
        times.append((now - before) / done)
    return statistics.median(times)


def run(names: Iterable[str] = (), seconds: float = SECONDS) -> dict[str, Any]:
    """Return `{"us_per_step": {NET: microseconds}, "device", "threads"}` of the named nets, of all when none is named."""
    if not 0 < seconds < float("inf"):
        raise SettingError(f"The time of each net must be above 0 seconds, got {seconds:g}.", "Usual is 2.")
    nets = [NETS.get(name) for name in names] or list(NETS)
    times = {net.name: round(1e6 * seconds_per_step(net, seconds), 3) for net in nets}
    return {"us_per_step": times, "device": "cpu", "threads": blas_threads()}


def _add(name: str, doc: str, sizes: tuple[int, ...], hidden: str, rows: int, loss: str, optimiser: str = "Adam") -> None:
    activations = (*itertools.repeat(hidden, len(sizes) - 2), "identity")
    shown = "-".join(map(str, sizes))
    NETS.add(Net(name, project, name, doc, shown, sizes=sizes, activations=activations, rows=rows, loss=loss, optimiser=optimiser))


_add("line", "One weight and one bias, as in the line example.", (1, 1), "identity", 6, "mse", "Descent")
_add("xor", "A tiny yes/no question.", (2, 8, 1), "tanh", 4, "logitbinarycrossentropy")
_add("tabular", "A table of 13 columns, in usual batches.", (13, 64, 64, 1), "relu", 32, "mse")
_add("mnist", "Pictures of 28 by 28 pixels in ten classes.", (784, 256, 128, 10), "relu", 128, "logitcrossentropy")
_add("wide", "Two layers of 1024, large batches: almost only matrix products.", (1024, 1024, 1024, 10), "relu", 1024, "logitcrossentropy")
