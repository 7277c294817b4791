"""What every layer of a network costs: parameters, the memory that they take, multiply-adds for one row."""

from dataclasses import dataclass
from math import prod

from flux_gui.document.nesting import groups
from flux_gui.document.widths import width
from flux_gui.engine.models import entry_of
from flux_gui.specs import BatchNormSpec, LayerNormSpec, LayerSpec, ModelSpec


@dataclass(frozen=True)
class Cost:
    """Of one layer with all that is inside it: trained numbers, bytes of these and of running statistics, multiply-adds a row.

    A matrix takes one multiply-add for each of its weights; standardising and scaling take one for each column. Activations, dropout
    and formulas, which cost no multiply-adds of this kind, count as none.
    """

    parameters: int = 0
    bytes: int = 0
    multiply_adds: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.parameters + other.parameters, self.bytes + other.bytes, self.multiply_adds + other.multiply_adds)


def costs(model: ModelSpec, inputs: int) -> tuple[Cost, ...]:
    """Return what each layer of the Chain costs for `inputs` numbers a row."""
    size = 4 if model.dtype == "float32" else 8
    found = []
    for layer in model.layers:
        parameters, statistics, outputs = entry_of(layer).shapes(layer, inputs)
        count = sum(prod(shape) for shape in parameters.values())
        kept = sum(prod(shape) for shape in statistics.values())
        found.append(Cost(count, (count + kept) * size, _multiply_adds(layer, inputs)))
        inputs = outputs
    return tuple(found)


def total(model: ModelSpec, inputs: int) -> Cost:
    """Return what the whole network costs."""
    return sum(costs(model, inputs), Cost())


def _multiply_adds(layer: LayerSpec, inputs: int) -> int:
    inner = groups(layer)
    if inner:
        count = 0
        for group in inner:
            columns = inputs
            for one in group:
                count += _multiply_adds(one, columns)
                columns = width(one, columns)
        return count
    own = sum(prod(shape) for name, shape in entry_of(layer).shapes(layer, inputs)[0].items() if name in ("weight", "scale"))
    return own + (inputs if isinstance(layer, BatchNormSpec | LayerNormSpec) else 0)


def memory(count: int) -> str:
    """Return a number of bytes as a person reads it: 268 B, 1.6 kB, 2.6 MB."""
    size, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.3g} {unit}"
