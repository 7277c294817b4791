"""The maths of one neuron for one row, with the real numbers: what comes in, w·x + b, the activation, and the error that comes back.

All as the network answers, in test mode: dropout rests, norms use their running means. The error is that of this row's own loss; the
gradient of a batch is the mean over its rows (`next_step`).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from flux_gui.document.project import Project
from flux_gui.document.states import Array
from flux_gui.engine.functions import sum as total
from flux_gui.engine.graph import Traced, differentiate
from flux_gui.engine.layers import Chain, Dense
from flux_gui.engine.taps import Taps, compile_taps
from flux_gui.runtime.probe import objective_of

MANY = 8  # layers whose compiled look is kept


@dataclass(frozen=True)
class Neuron:
    """A neuron of the Chain and a row: `layer` counts the Chain's layers, `row` the rows of `part` of the data."""

    layer: int
    unit: int
    part: str
    row: int


@dataclass(frozen=True, eq=False)
class NeuronMaths:
    """What a neuron computes for a row, and what its weights hear of the error.

    z = `weights` · `inputs` + `bias`, `output` = activation(z), `slope` its derivative at z; `error` is dL/d(output) and `delta` dL/dz,
    where L = `loss` is the loss of this row alone; then `delta` times an input is the gradient of its weight. `answers` and `targets`
    (k,) are what the network says and should say, as the loss sees them. `back` are (dL/dz, weight) of every neuron that this one feeds
    directly, whose products sum to `error`; () where something else stands behind it.
    """

    place: Neuron
    inputs: Array
    weights: Array
    bias: float | None
    z: float
    output: float
    slope: float
    error: float
    delta: float
    loss: float
    answers: Array
    targets: Array
    back: tuple[tuple[float, float], ...] = ()

    @property
    def gradient(self) -> Array:
        """The gradient of the row's loss by the weights, (inputs,); that by the bias is `delta`."""
        return self.delta * self.inputs


class RowProbe:
    """Explains neurons of one model at its present parameters; compiled at the first look at a layer. Not for two threads at once."""

    def __init__(self, project: Project, model: Chain) -> None:
        self._project, self._model = project, model
        self._objective = objective_of(project)
        self._taps: dict[int, Taps] = {}

    def __call__(self, place: Neuron) -> NeuronMaths | None:
        """Return the maths of a neuron, None where there is none: the layer is no Dense of the Chain, or row or unit are not there."""
        layers, part = self._model.layers, self._project.dataset.parts[place.part]
        layer = layers[place.layer] if 0 <= place.layer < len(layers) else None
        if not isinstance(layer, Dense) or not 0 <= place.unit < layer.sizes[1] or not 0 <= place.row < len(part):
            return None
        taps = self._compiled(place.layer)
        x, y = taps.inputs
        x[0], y[0] = part.x[place.row], part.y[place.row]
        return _maths(place, layer, self._next(place.layer), taps.run())

    def _next(self, index: int) -> Dense | None:
        """Return the Dense that takes the output of layer `index` as it is."""
        following = self._model.layers[index + 1 : index + 2]
        return following[0] if following and isinstance(following[0], Dense) else None

    def _compiled(self, index: int) -> Taps:
        if index not in self._taps:
            part, dtype = self._project.dataset.parts["train"], self._model.flat.dtype
            buffers = [np.zeros((1, part.x.shape[1]), dtype), np.zeros((1, part.y.shape[1]), dtype)]
            while len(self._taps) >= MANY:
                self._taps.pop(next(iter(self._taps)))
            self._taps[index] = compile_taps(lambda x, y: self._trace(index, x, y), buffers, dtype)
        return self._taps[index]

    def _trace(self, index: int, x: Any, y: Any) -> dict[str, Traced]:
        layers = self._model.layers
        for layer in layers[:index]:
            x = layer(x)
        z, output = _steps(layers[index], x)
        found = {"x": x, "z": z, "output": output, "slope": differentiate(total(output), [z])[0]}
        wanted, rest, after = [output, z], output, self._next(index)
        if after is not None:
            behind, rest = _steps(after, output)
            wanted.append(behind)
        for layer in layers[index + (1 if after is None else 2) :]:
            rest = layer(rest)
        loss = self._objective(rest, y, None)
        names = ("error", "delta", "behind")
        return found | {"answers": rest, "targets": y, "loss": loss} | dict(zip(names, differentiate(loss, wanted), strict=False))


def _steps(layer: Dense, x: Any) -> tuple[Any, Any]:
    """Return w·x + b and the activation of it."""
    z = x @ layer.weight.T
    if layer.has_bias:
        z = z + layer.bias
    return z, layer.activation(z)


def _maths(place: Neuron, layer: Dense, after: Dense | None, found: dict[str, Any]) -> NeuronMaths:
    unit = place.unit
    back = () if after is None else tuple(zip(found["behind"][0].tolist(), after.weight[:, unit].tolist(), strict=True))
    one = {name: float(found[name][0, unit]) for name in ("z", "output", "slope", "error", "delta")}
    return NeuronMaths(
        place,
        found["x"][0].copy(),
        np.array(layer.weight[unit]),
        float(layer.bias[unit]) if layer.has_bias else None,
        loss=float(found["loss"]),
        answers=found["answers"][0].copy(),
        targets=found["targets"][0].copy(),
        back=back,
        **one,
    )
