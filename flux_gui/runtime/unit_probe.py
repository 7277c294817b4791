"""Looks into a model: what each drawn neuron computes, as a curve over one input, a map over two, or a bar over the rows."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flux_gui.document.project import Project
from flux_gui.engine.layers import Chain
from flux_gui.engine.steps import Forward, compile_forward
from flux_gui.runtime.gradient_probe import GradientProbe
from flux_gui.runtime.probe import model_of
from flux_gui.runtime.unit_inputs import Axis, Kind, UnitInputs, UnitWish, unit_inputs
from flux_gui.runtime.unit_marks import Ends, Mark, ends_of, marks

REST_SIZE, SMALL_REST_SIZE = 64, 40  # places along each side of a map at rest, of a small and of a large network
LARGE = 20_000  # parameters
LIVE_SIZES = (32, 22, 14, 8)  # while training, the largest that is quick enough
QUICK = 0.004  # seconds for all pictures while training
REST = 19  # pictures of so many seconds are followed by this many times as long without: a twentieth of the time
PAUSE = 0.06  # seconds between two looks at least: the eye sees no more
WORK = {True: 3e7, False: 4e8}  # multiplications for the training rows, while training and at rest
ROWS = {True: (32, 512), False: (64, 1000)}
FADED = 0.2  # of the range of a bounded activation: colours reach at least so far
LOGIT = 4.0  # the colours of an output that decides between classes end here, where it is certain to 98 %
LEVELS = 127  # steps of colour on either side of the middle
MIDDLE = LEVELS + 1

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LayerUnits:
    """What the drawn `units` of one layer compute.

    `values` are (units, n) along a curve, (units, n, n) over a map with the lowest row first, (units, 0) for bars; `codes` the same as
    bytes, 128 at `middle` and 1 and 255 at `limit` from there. Over the training rows: `mean`, `spread` (standard deviation), `low`,
    `high`, the `share` of rows at a flat end of the activation, and what is wrong (`marks`). `chosen` is the value at the chosen row.
    """

    units: tuple[int, ...]
    values: Floats
    codes: NDArray[np.uint8]
    middle: float
    limit: float
    mean: Floats
    spread: Floats
    low: Floats
    high: Floats
    share: NDArray[np.float64]
    marks: tuple[Mark, ...]
    chosen: Floats | None = None


@dataclass(frozen=True, eq=False)
class UnitPictures:
    """Pictures of the neurons of some layers, by the place of the layer in the Chain, -1 for the inputs.

    `held` says where inputs stand that are not along an axis; `gradient` is that of the loss by the flat parameters, over
    `gradient_rows` training rows.
    """

    kind: Kind
    axes: tuple[Axis, ...]
    held: str
    rows: int
    layers: dict[int, LayerUnits]
    gradient: NDArray[Any] | None = None
    gradient_rows: int = 0


class UnitProbe:
    """The neurons of one model; compiled at the first look, smaller where a look takes long. Call it as often as you like."""

    def __init__(self, project: Project, model: Chain, live: bool = True) -> None:
        self._project, self._model, self._live = project, model, live
        self._sizes: tuple[int, ...] = LIVE_SIZES if live else (SMALL_REST_SIZE if model.flat.size > LARGE else REST_SIZE,)
        self._again = 0.0  # when the next look may be taken
        self._key: object = None  # what the inputs are made for
        self._inputs: UnitInputs | None = None
        self._chain: list[Forward] = []
        self._ends: dict[int, Ends] = {-1: Ends()}
        self._logits = project.dataset.task != "regression"
        self._gradient: GradientProbe | None = None

    def __call__(self, wish: UnitWish | None) -> UnitPictures | None:
        """Return pictures at the present parameters; None when nothing is wanted or when it is too early for others."""
        if wish is None or not (wish.units or wish.gradient) or time.perf_counter() < self._again:
            return None
        self._prepare(wish)
        begin = time.thread_time()  # its own time: a thread that waits for its turn is not slow; compiling happens once
        with np.errstate(all="ignore"):
            made = self._look(wish)
        cost = time.thread_time() - begin
        if self._live:
            self._again = time.perf_counter() + max(REST * cost, PAUSE)
            if cost > QUICK and len(self._sizes) > 1:
                self._sizes, self._key = self._sizes[1:], None
        return made

    def _prepare(self, wish: UnitWish) -> None:
        """Make inputs and plans for what is wanted, as deep into the network as something is drawn."""
        key = (wish.axes, wish.row, self._sizes[0])
        if key != self._key:
            least, most = ROWS[self._live]
            rows = int(np.clip(WORK[self._live] / max(1, self._model.flat.size), least, most))
            self._inputs = unit_inputs(self._project, wish, self._sizes[0], rows)
            self._key, self._chain = key, []
        assert self._inputs is not None
        deepest = max((layer for layer, _ in wish.units), default=-1)
        while len(self._chain) <= min(deepest, len(self._model.layers) - 1):
            place = len(self._chain)
            layer, source = self._model.layers[place], self._chain[-1].output if self._chain else self._inputs.x
            self._chain.append(compile_forward(layer, [source], self._model.flat.dtype))
            if place not in self._ends:
                self._ends[place] = ends_of(layer)
        if wish.gradient and self._gradient is None:
            self._gradient = GradientProbe(self._project, self._live)

    def _look(self, wish: UnitWish) -> UnitPictures:
        inputs = self._inputs
        assert inputs is not None
        deepest = max((layer for layer, _ in wish.units), default=-1)
        for plan in self._chain[: deepest + 1]:
            plan.run()
        layers = {}
        for layer, units in wish.units:
            if layer < len(self._chain):
                output = inputs.x if layer < 0 else self._chain[layer].output
                fitting = tuple(unit for unit in units if unit < output.shape[1])
                own = np.asarray(output[:, list(fitting)], np.float32)
                most = LOGIT if self._logits and layer == len(self._model.layers) - 1 else np.inf
                layers[layer] = _layer_units(own, fitting, inputs, self._ends[layer], layer < 0, most)
        gradient, rows = None, 0
        if wish.gradient and self._gradient is not None:
            gradient, rows = self._gradient(self._model), self._gradient.rows
        return UnitPictures(inputs.kind, inputs.axes, inputs.held, inputs.rows, layers, gradient, rows)


def _layer_units(output: Floats, units: tuple[int, ...], inputs: UnitInputs, ends: Ends, is_input: bool, most: float) -> LayerUnits:
    """Return the pictures of one layer's units from their outputs (points + rows + chosen, units)."""
    rows = output[inputs.points : inputs.points + inputs.rows]
    if not len(rows):
        rows = np.zeros((1, len(units)), np.float32)
    values = np.ascontiguousarray(output[: inputs.points].T)
    if inputs.kind == "map":
        values = values.reshape(len(units), inputs.side, inputs.side)
    middle, limit = _scale(values if values.size else rows, ends)
    if inputs.kind == "map":
        limit = min(limit, most)
    found, share = marks(rows[:0] if is_input else rows, ends)
    return LayerUnits(
        units,
        values,
        codes_of(values, middle, limit) if inputs.kind == "map" else np.zeros((len(units), 0), np.uint8),
        middle,
        limit,
        rows.mean(axis=0),
        rows.std(axis=0),
        rows.min(axis=0),
        rows.max(axis=0),
        share,
        found,
        output[-1] if inputs.chosen else None,
    )


def codes_of(values: Floats, middle: float, limit: float) -> NDArray[np.uint8]:
    """Return `values` as bytes: 128 at `middle`, 1 and 255 at `limit` from it and beyond."""
    share = np.nan_to_num((values - np.float32(middle)) * np.float32(LEVELS / (limit or 1.0)))
    return np.asarray(np.clip(np.rint(share), -LEVELS, LEVELS) + MIDDLE, np.uint8)


def _scale(values: Floats, ends: Ends) -> tuple[float, float]:
    """Return the middle of a layer's colours and how far they reach: what most values need, of a bounded activation between
    a fifth of its range and all of it, so that a signal that fades from layer to layer is seen to fade.
    """
    low, high = ends.both if ends.both is not None else (0.0, 0.0)
    middle, reach = (low + high) / 2, (high - low) / 2
    size = np.abs(np.nan_to_num(values - np.float32(middle)))
    needed = min(float(size.max()), 2.0 * float(np.sqrt(np.mean(np.square(size))))) if size.size else 0.0
    return middle, float(np.clip(rounded_up(needed), FADED * reach, reach)) if reach else rounded_up(needed)


def rounded_up(value: float) -> float:
    """Return a round number not below `value`, in steps, so that colours hold still; 1 for nothing."""
    if not value > 0 or not np.isfinite(value):
        return 1.0
    decade = 10.0 ** np.floor(np.log10(value))
    return float(next((decade * step for step in (1.0, 1.5, 2.0, 3.0, 5.0, 7.0) if decade * step >= value * (1 - 1e-6)), decade * 10))


def unit_pictures(project: Project, wish: UnitWish) -> UnitPictures | None:
    """Return the pictures of the parameters in use, in full size."""
    return UnitProbe(project, model_of(project), live=False)(wish)
