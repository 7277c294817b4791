"""A model as a program for PyTorch: a module with the same layers, its weights, and a training loop that one can read."""

from keyword import iskeyword
from typing import Any, Final

from flux_gui.core.errors import FormatError
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.initialisers import INITIALISERS
from flux_gui.engine.kinds import entry_of, passed
from flux_gui.engine.models import iterate
from flux_gui.exporters.code import formulas, functions, torch_training
from flux_gui.exporters.code.facts import Facts, array_lines, blank_lines
from flux_gui.exporters.code.python_data import answer_lines, functions_of_data, imports, main_lines, table_lines
from flux_gui.specs import Choice, DenseSpec, LayerSpec, ParallelSpec, SkipConnectionSpec

_ARRAYS: Final = {
    "batchnorm": {"scale": "weight", "bias": "bias", "mean": "running_mean", "variance": "running_var"},
    "layernorm": {"scale": "weight", "bias": "bias"},
    "dense": {"weight": "weight", "bias": "bias"},
}
"""By kind of layer: what its arrays are called in PyTorch; the others are parameters of the module itself."""


_OF_MODULES: Final = (
    *("add_module", "apply", "bfloat16", "buffers", "children", "compile", "cpu", "cuda", "double", "eval", "extra_repr", "float"),
    *("forward", "half", "ipu", "modules", "mtia", "parameters", "share_memory", "state_dict", "to", "to_empty", "train", "training"),
    *("type", "xpu", "zero_grad", "dump_patches", "call_super_init", "load_state_dict", "get_parameter", "get_buffer", "get_submodule"),
    *("named_buffers", "named_children", "named_modules", "named_parameters", "register_buffer", "register_module", "register_parameter"),
)
"""Names that a module of PyTorch has already."""


def write(facts: Facts) -> str:
    """Return the program: module, weights, data, training, answers."""
    module = _Module(facts)
    net, training = module.lines(), torch_training.lines(facts, module)
    blocks = [
        functions.torch_definitions("\n".join([*net, *training]))[:-2],
        net,
        functions.definitions(functions_of_data(facts, targets=True))[:-2],
        table_lines(facts, targets=True),
        ["model = Net()", *(module.weights() if facts.weights else module.starts())],
        training,
        [
            "def predict(rows):",
            '    """Return the answers for raw rows of a table, dicts by column name."""',
            "    model.eval()",
            "    with torch.no_grad():",
            "        y = model(torch.from_numpy(prepare(rows))).numpy()",
            *(f"    {line}" for line in answer_lines(facts)),
        ],
        main_lines(facts),
    ]
    body = blank_lines(blocks, 2)
    text = "\n".join(body)
    head = [f'"""Learns {facts.title}, with PyTorch.', "", facts.chain, '"""', ""]
    functional = ["from torch.nn import functional as F"] * ("F." in text)
    packages = ("import numpy as np", "import torch", "from torch import nn", *functional)
    return "\n".join([*head, *imports(text, *packages), "", "", *body, ""])


class _Module:
    """Writes the class `Net`; `names` says what each layer is called in it, by the key of its arrays."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.names: dict[str, str] = {}
        self.kinds: dict[str, LayerSpec] = {}
        self.count = 0
        self.declared: list[str] = []
        self.initialised: list[str] = []
        self._taken = set(_OF_MODULES)

    def lines(self) -> list[str]:
        """Return the whole class."""
        facts = self.facts
        forward = self._row(facts.model.layers, "layers", facts.inputs)
        dtype = [] if facts.dtype == "float32" else ["        self.double()"]
        return [
            "class Net(nn.Module):",
            f'    """From {facts.inputs} to {facts.outputs} columns; rows are examples."""',
            "",
            "    def __init__(self):",
            "        super().__init__()",
            *(f"        {line}" for line in self.declared),
            *dtype,
            "",
            "    def forward(self, x):",
            *(f"        {line}" for line in forward),
            "        return x",
        ]

    def weights(self) -> list[str]:
        """Return the lines that give the module what was learned."""
        lines = ["with torch.no_grad():  # what it has learned in the app; leave this out to begin anew"]
        for key, array in self.facts.arrays.items():
            layer, name = key.rpartition(".")[0], key.rpartition(".")[2]
            kind = entry_of(self.kinds[layer]).name
            place = f"{self.names[layer]}.{_ARRAYS[kind][name]}" if kind in _ARRAYS else f"{self.names[layer]}_{name}"
            opening = f"model.{place}.copy_(torch.tensor("
            written = array_lines("", array, "", f", dtype=torch.{self.facts.dtype}))")
            first = written[0].removeprefix(" = ")
            lines += [f"    {opening}{first}", *(f"    {line}" for line in written[1:])]
        return lines

    def starts(self) -> list[str]:
        """Return the lines that draw the start weights as this program does."""
        return ["with torch.no_grad():", *(f"    {line}" for line in self.initialised)] if self.initialised else []

    def _name(self, layer: LayerSpec, key: str) -> str:
        usable = layer.name.isidentifier() and layer.name.isascii() and not iskeyword(layer.name) and not layer.name.startswith("_")
        wanted = layer.name if usable else ""
        kind = {"softmax": "softmax", "logsoftmax": "softmax"}.get(entry_of(layer).name, entry_of(layer).name)
        plain = f"{kind}{'_'.join(part for part in key.split('.') if part.isdigit())}"
        name = wanted if wanted and wanted not in self._taken else plain
        self._taken.add(name)
        self.names[key], self.kinds[key] = name, layer
        return name

    def _row(self, layers: tuple[LayerSpec, ...], prefix: str, inputs: int) -> list[str]:
        lines: list[str] = []
        for index, layer in enumerate(layers):
            key = f"{prefix}.{index}"
            name = self._name(layer, key)
            if isinstance(layer, SkipConnectionSpec | ParallelSpec):
                lines += self._sides(layer, key, inputs)
            else:
                self.declared += _declared(layer, name, inputs)
                lines += _forward(layer, name)
            if isinstance(layer, DenseSpec):
                self.initialised += _initialiser(layer, name, inputs)
            inputs = passed((layer,), inputs)
        return lines

    def _sides(self, layer: SkipConnectionSpec | ParallelSpec, key: str, inputs: int) -> list[str]:
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
        joined = f"torch.cat([{', '.join(parts)}], dim=1)" if layer.combine == "concatenate" else ""
        return [*lines, f"x = {joined or (' + ' if layer.combine == 'add' else ' * ').join(parts)}"]


def _declared(layer: Any, name: str, inputs: int) -> list[str]:
    """Return what `__init__` says of a layer that holds no others."""
    kind = entry_of(layer).name
    if kind == "dense":
        return [f"self.{name} = nn.Linear({inputs}, {layer.units}{', bias=False' * (not layer.bias)})"]
    if kind == "dropout":
        return [f"self.{name} = nn.Dropout({layer.p!r})"]
    if kind == "batchnorm":
        more = f"{'' if layer.momentum == 0.1 else f', momentum={layer.momentum!r}'}{', affine=False' * (not layer.affine)}"
        return [f"self.{name} = nn.BatchNorm1d({inputs}{_eps(layer.eps)}{more})"]
    if kind == "layernorm":
        return [f"self.{name} = nn.LayerNorm({inputs}{_eps(layer.eps)}{', elementwise_affine=False' * (not layer.affine)})"]
    if kind == "scale":
        bias = [f"self.{name}_bias = nn.Parameter(torch.zeros({inputs}))"] * layer.bias
        return [f"self.{name}_scale = nn.Parameter(torch.ones({inputs}))", *bias]
    if kind == "formula":
        sizes = [(p.name, inputs if p.per == "column" else 1, p.start) for p in layer.parameters]
        return [f"self.{name}_{parameter} = nn.Parameter(torch.full(({size},), {start!r}))" for parameter, size, start in sizes]
    if kind in ("softmax", "logsoftmax"):
        return []
    raise FormatError(f"A layer of the kind {kind} cannot be written for PyTorch.", "Choose another language.")


def _eps(eps: float) -> str:
    return "" if eps == 1e-5 else f", eps={eps!r}"


def _forward(layer: Any, name: str) -> list[str]:
    """Return what `forward` does with x in a layer that holds no others."""
    kind = entry_of(layer).name
    if kind in ("softmax", "logsoftmax"):
        return [f"x = F.{'softmax' if kind == 'softmax' else 'log_softmax'}(x, dim=1)"]
    if kind == "dropout":
        return [f"x = self.{name}(x)"]
    if kind == "formula":
        variables = {"x": "x", **{parameter.name: f"self.{name}_{parameter.name}" for parameter in layer.parameters}}
        return [f"x = {formulas.python(layer.formula, formulas.TORCH, variables)}"]
    bias = f" + self.{name}_bias" if getattr(layer, "bias", False) else ""
    text = f"self.{name}_scale * x{bias}" if kind == "scale" else f"self.{name}(x)"
    if ACTIVATIONS.get(layer.activation.name).custom:
        return [f"x = {text}", f"x = {functions.torch_call(layer.activation, 'x')}"]
    return [f"x = {functions.torch_call(layer.activation, text)}"]


def _initialiser(layer: DenseSpec, name: str, inputs: int) -> list[str]:
    bias = [f"nn.init.zeros_(model.{name}.bias)"] * layer.bias
    return [_drawn(layer.initialiser, f"model.{name}.weight", inputs), *bias]


def _drawn(choice: Choice, weight: str, inputs: int) -> str:
    """Return the call that draws the start weights of one layer."""
    entry = INITIALISERS.get(choice.name)
    v = entry.values(choice.values)
    gain = v.get("gain", 1.0)
    calls = {
        "glorot_uniform": f"xavier_uniform_({weight}{f', {gain!r}' * (gain != 1)})",
        "glorot_normal": f"xavier_normal_({weight}{f', {gain!r}' * (gain != 1)})",
        "kaiming_uniform": f"uniform_({weight}, -{gain * (3 / inputs) ** 0.5!r}, {gain * (3 / inputs) ** 0.5!r})",
        "kaiming_normal": f"normal_({weight}, 0.0, {gain / inputs**0.5!r})",
        "truncated_normal": f"trunc_normal_({weight}, {v.get('mean')!r}, {v.get('std')!r}, {v.get('lo')!r}, {v.get('hi')!r})",
        "lecun_normal": f"trunc_normal_({weight}, 0.0, {gain / inputs**0.5!r})",
        "orthogonal": f"orthogonal_({weight}{f', {gain!r}' * (gain != 1)})",
        "sparse_init": f"sparse_({weight}, {v.get('sparsity')!r}, {v.get('std')!r})",
        "identity_init": f"eye_({weight}).mul_({gain!r})" + (f".copy_({weight}.roll({int(v['shift'])}, 0))" if v.get("shift") else ""),
        "zeros32": f"zeros_({weight})",
        "ones32": f"ones_({weight})",
        "rand32": f"uniform_({weight})",
        "randn32": f"normal_({weight})",
    }
    return f"nn.init.{calls[entry.name]}"


def frozen_lines(facts: Facts, names: dict[str, str]) -> list[str]:
    """Return the lines that keep frozen layers as they are."""
    lines = []
    for key, layer in iterate(facts.model):
        if layer.id not in facts.training.frozen:
            continue
        kind = entry_of(layer).name
        if kind in _ARRAYS:
            lines.append(f"model.{names[key]}.requires_grad_(False)  # frozen")
        else:
            inside = [name for other, name in names.items() if other == key or other.startswith(f"{key}.")]
            lines += [f"for name, p in model.named_parameters():  # {names[key]} is frozen"]
            lines += [f"    p.requires_grad_(not name.startswith({tuple(inside)!r}))  # noqa"]
    return lines
