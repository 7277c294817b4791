"""The first layer's bias as one more row of its weights: a step of a small net in fewer calls.

A weight (inputs, outputs) and the bias behind it lie next to each other in the flat array: together they are one matrix of
inputs + 1 rows. With a column of ones behind the inputs, one matrix product gives x Wᵀ + b and another one the gradients of both.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flux_gui.engine.graph import INPUT, OPS, PARAMETER, Graph, Traced

LARGEST = 1 << 16  # elements of the sum; where products are large, an odd number of columns costs more than a call
SUFFIX = " and ones"  # of the name of the widened input


@dataclass(frozen=True)
class BiasColumn:
    """A sum x W + b of a graph, x being an input, and what takes its place."""

    total: Traced  # the sum
    inputs: Traced
    weight: Traced
    bias: Traced

    @property
    def name(self) -> str:
        """The name of the input with a column of ones."""
        return f"{self.inputs.attrs[0]}{SUFFIX}"

    def product(self, graph: Graph) -> Traced:
        """Record the sum as one product."""
        key, start, (columns, outputs) = self.weight.attrs
        joined = graph.node(PARAMETER, (), (key, start, (columns + 1, outputs)))
        return self._widened(graph) @ joined

    def _widened(self, graph: Graph) -> Traced:
        rows, columns = self.inputs.shape
        return graph.input(self.name, (rows, columns + 1))

    def gradient(self, weight: Traced, bias: Traced) -> Traced | None:
        """Return both gradients as one product, None where they do not follow from the sum alone."""
        if weight.op.name != "matmul" or bias.op.name != "sum" or bias.attrs != ((0,), False, 1.0):
            return None
        source, slope = weight.inputs
        if source.op.name != "transpose" or source.inputs[0] is not self.inputs or bias.inputs[0] is not slope:
            return None
        return self._widened(weight.graph).T @ slope

    @property
    def replace(self) -> dict[Traced, Callable[[Graph], Traced]]:
        """What `compile_plan` takes to compute the product in place of the sum."""
        return {self.total: self.product}


def find(graph: Graph, name: str) -> BiasColumn | None:
    """Return the one sum of the input `name` with weights and bias that lie side by side; None where there is no such thing."""
    found = [f for node in graph.nodes if node.op is OPS["add"] and (f := _match(node, name)) is not None]
    return found[0] if len(found) == 1 else None


def _match(node: Traced, name: str) -> BiasColumn | None:
    product, bias = node.inputs
    if product.op is not OPS["matmul"] or bias.op is not PARAMETER or node.size > LARGEST:
        return None
    x, weight = product.inputs
    if x.op is not INPUT or x.attrs[0] != name or weight.op is not PARAMETER:
        return None
    beside = weight.attrs[0] == bias.attrs[0] and weight.attrs[1] + weight.size == bias.attrs[1] and bias.shape == weight.shape[1:]
    return BiasColumn(node, x, weight, bias) if beside else None


def merged(column: BiasColumn | None, leaves: Sequence[Traced], gradients: Sequence[Traced]) -> list[tuple[int, Traced]]:
    """Return (start in the flat array, value) of every gradient; with a `column` those of its weight and bias as one."""
    by_leaf = dict(zip(leaves, gradients, strict=True))
    joint = None
    if column is not None and column.weight in by_leaf and column.bias in by_leaf:
        joint = column.gradient(by_leaf[column.weight], by_leaf[column.bias])
    if column is None or joint is None:
        return [(leaf.attrs[1], value) for leaf, value in by_leaf.items()]
    alone = [(leaf.attrs[1], value) for leaf, value in by_leaf.items() if leaf is not column.weight and leaf is not column.bias]
    return [(column.weight.attrs[1], joint), *alone]
