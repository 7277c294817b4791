"""A trained network as a program that needs NumPy alone: from the raw columns of a table to predictions."""

from typing import Any

from flux_gui.core.errors import FormatError
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.kinds import entry_of, passed
from flux_gui.engine.models import iterate
from flux_gui.exporters.code import formulas, functions
from flux_gui.exporters.code.facts import Facts, array_lines, blank_lines, identifier
from flux_gui.exporters.code.python_data import answer_lines, functions_of_data, imports, table_lines
from flux_gui.specs import LayerSpec, ParallelSpec, SkipConnectionSpec


def write(facts: Facts) -> str:
    """Return the program; without weights it reads them from the NPZ file that this program exports."""
    needed = _functions(facts) | functions_of_data(facts, targets=False)
    blocks = [
        _weights(facts),
        functions.definitions(needed)[:-2],
        _Network(facts).lines(),
        table_lines(facts, targets=False),
        [
            "def predict(rows):",
            '    """Return the answers for raw rows of a table, dicts by column name."""',
            "    y = network(prepare(rows))",
            *(f"    {line}" for line in answer_lines(facts)),
        ],
        [
            'if __name__ == "__main__":',
            '    with open(sys.argv[1], newline="", encoding="utf-8-sig") as file:',
            "        for answer in predict(list(csv.DictReader(file))):",
            "            print(answer)",
        ],
    ]
    body = blank_lines(blocks, 2)
    return "\n".join([*_head(facts), *imports("\n".join(body), "import numpy as np"), "", "", *body, ""])


def _head(facts: Facts) -> list[str]:
    return [
        f'"""Predicts {facts.title}.',
        "",
        f"{facts.chain}",
        "",
        f"Run it with a table that has these columns: python {facts.file}.py table.csv",
        '"""',
        "",
    ]


def _weights(facts: Facts) -> list[str]:
    if not facts.weights:
        names = [f'{identifier(key)} = learned["{key}"]' for key in facts.arrays]
        return [f'learned = np.load("{facts.file}.npz")  # made by File, Export parameters', *names]
    lines = ["# What the network has learned: a weight is (outputs, inputs)"]
    for key, array in facts.arrays.items():
        lines += array_lines(identifier(key), array, "np.array(", f", dtype=np.{facts.dtype})")
    return lines


def _functions(facts: Facts) -> set[str]:
    """Return the functions that the layers call and NumPy lacks."""
    found: set[str] = set()
    for _, layer in iterate(facts.model):
        kind = entry_of(layer).name
        if kind in ("softmax", "logsoftmax"):
            found.add(kind)
        texts = [str(getattr(layer, "formula", ""))]
        activation = getattr(layer, "activation", None)
        if activation is not None:
            entry = ACTIVATIONS.get(activation.name)
            texts.append((activation.formula or entry.formula) if entry.custom else "")
            found.add(entry.name)
        for text in texts:
            found |= formulas.used(text)
    return found & set(functions.NUMPY)


class _Network:
    """Writes the function `network(x)`, one or a few lines for each layer."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.count = 0

    def lines(self) -> list[str]:
        """Return the whole function."""
        facts = self.facts
        head = [
            "def network(x):",
            f'    """Return the outputs, an array (rows, {facts.outputs}), for prepared inputs (rows, {facts.inputs})."""',
        ]
        return [*head, *(f"    {line}" for line in self._row(facts.model.layers, "layers", facts.inputs)), "    return x"]

    def _row(self, layers: tuple[LayerSpec, ...], prefix: str, inputs: int) -> list[str]:
        lines: list[str] = []
        for index, layer in enumerate(layers):
            key, entry = f"{prefix}.{index}", entry_of(layer)
            if isinstance(layer, SkipConnectionSpec | ParallelSpec):
                lines += self._sides(layer, key, inputs)
            else:
                written = self._layer(layer, key)
                title = f"{layer.name}: {entry.title(layer, inputs)}" if layer.name else entry.title(layer, inputs)
                comment = f"# {' '.join(title.split())}"
                lines += [*written[:-1], f"{written[-1]}  {comment}"] if written else [f"{comment}: only while it trains"]
            inputs = passed((layer,), inputs)
        return lines

    def _layer(self, layer: Any, key: str) -> list[str]:
        """Return the lines of a layer that holds no others."""
        kind = entry_of(layer).name
        names = {name: identifier(f"{key}.{name}") for name in ("weight", "bias", "scale", "mean", "variance")}
        bias = f" + {names['bias']}" if getattr(layer, "bias", False) else ""
        if kind in ("softmax", "logsoftmax"):
            return [f"x = {kind}(x)"]
        if kind == "dropout":
            return []
        if kind == "formula":
            variables = {"x": "x", **{parameter.name: identifier(f"{key}.{parameter.name}") for parameter in layer.parameters}}
            return [f"x = {formulas.python(layer.formula, formulas.NUMPY, variables)}"]
        if kind == "dense":
            return self._activated(layer, f"x @ {names['weight']}.T{bias}")
        if kind == "scale":
            return self._activated(layer, f"{names['scale']} * x{bias}")
        if kind == "batchnorm":
            lines = [f"x = (x - {names['mean']}) / np.sqrt({names['variance']} + {layer.eps!r})"]
        elif kind == "layernorm":
            lines = [f"x = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + {layer.eps!r})"]
        else:
            raise FormatError(f"A layer of the kind {kind} cannot be written for NumPy.", "Choose another language.")
        if layer.affine:
            lines.append(f"x = {names['scale']} * x + {names['bias']}")
        return [*lines, *(line for line in self._activated(layer, "x") if line != "x = x")]

    def _activated(self, layer: Any, text: str) -> list[str]:
        """Return the lines that apply the activation of `layer` to what `text` computes."""
        if ACTIVATIONS.get(layer.activation.name).custom and text != "x":  # a formula may name x several times
            return [f"x = {text}", f"x = {functions.numpy_call(layer.activation, 'x')}"]
        return [f"x = {functions.numpy_call(layer.activation, text)}"]

    def _sides(self, layer: SkipConnectionSpec | ParallelSpec, key: str, inputs: int) -> list[str]:
        """Return the lines of a skip connection or of branches: the input is kept, and the parts are combined."""
        self.count += 1
        start, number = f"start{self.count}", self.count
        lines = [f"{start} = x"]
        if isinstance(layer, SkipConnectionSpec):
            lines += self._row(layer.layers, f"{key}.layers", inputs)
            parts = ["x", start]
        else:
            parts = []
            for index, branch in enumerate(layer.branches):
                lines += [f"x = {start}"] * (index > 0)
                lines += self._row(branch, f"{key}.branches.{index}.layers", inputs)
                parts.append(f"part{number}_{index}")
                lines.append(f"{parts[-1]} = x")
        return [*lines, f"x = {_combined(layer.combine, parts)}"]


def _combined(combine: str, parts: list[str]) -> str:
    if combine == "concatenate":
        return f"np.concatenate([{', '.join(parts)}], axis=1)"
    return (" + " if combine == "add" else " * ").join(parts)
