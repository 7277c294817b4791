"""A model as a script for Flux.jl: the Chain as this program reads it back, its weights, loss, rules and the training loop."""

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from flux_gui.data.outputs import is_margin, output_kind
from flux_gui.engine import notation
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.models import entry_of, iterate
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.exporters.code import rates
from flux_gui.exporters.code.facts import Facts, blank_lines
from flux_gui.exporters.code.flux_py import remarks
from flux_gui.specs import Choice, FormulaData, FormulaSpec

_ARRAYS: Final = {
    "batchnorm": {"scale": "γ", "bias": "β", "mean": "μ", "variance": "σ²"},
    "layernorm": {"scale": "diag.scale", "bias": "diag.bias"},
}
"""By kind of layer: what its arrays are called in Flux where that differs."""

_FORMULA: Final = [
    "# A layer of one's own: a formula of every number of the input, and parameters that learn",
    "struct Formula{F, P}",
    "    f::F",
    "    parameters::P",
    "end",
    "Formula(f, parameters::AbstractVector...) = Formula(f, parameters)",
    "Flux.@layer Formula",
    "(layer::Formula)(x) = layer.f.(x, layer.parameters...)",
]


def write(facts: Facts) -> str:
    """Return the script; `document/model_text.py` reads its Chain back."""
    style = notation.Style(program=True, single=facts.dtype == "float32")
    chain = notation.lines(facts.model.layers, facts.inputs, style, step=4)
    loop = _training(facts, style)
    data = _data(facts)
    more = ["using SpecialFunctions: erf"] * any(re.search(r"(?<!\w)erf\(", line) for line in (*chain, *data, *loop))
    mean = ["using Statistics: mean"] * any("mean(" in line for line in loop)
    double = ["", "model = Flux.f64(model)"] * (facts.dtype == "float64")
    blocks = [
        [f"# Learns {facts.title}", "", "using Flux", *more, *mean],
        _definitions(facts),
        [f"model = {chain[0]}", *chain[1:], *double],
        _weights(facts) if facts.weights else [],
        data,
        loop,
        _answers(facts),
    ]
    return "\n".join([*blank_lines(blocks), ""])


def _definitions(facts: Facts) -> list[str]:
    """Return what the layers need and Flux lacks."""
    layers = [layer for _, layer in iterate(facts.model)]
    lines = list(_FORMULA) if any(isinstance(layer, FormulaSpec) for layer in layers) else []
    choices = [layer.activation for layer in layers if hasattr(layer, "activation")]
    if any(choice.name == "selu" and choice.values for choice in choices):
        lines += [*[""] * bool(lines), "Flux.NNlib.selu(x, λ, α) = λ * elu(x, α)  # with numbers of one's own"]
    return lines


# --------------------------------------------------------------------------------------------------------- weights


def _weights(facts: Facts) -> list[str]:
    lines = ["# What it has learned in the app; leave this out to begin anew"]
    layers = dict(iterate(facts.model))
    for key, array in facts.arrays.items():
        place, layer = _place(key), layers[key.rpartition(".")[0]]
        name = key.rpartition(".")[2]
        if isinstance(layer, FormulaSpec):
            index = [parameter.name for parameter in layer.parameters].index(name)
            name = f"parameters[{index + 1}]"
        name = _ARRAYS.get(entry_of(layer).name, {}).get(name, name)
        lines += _array(f"{place}.{name} .=", array, facts.dtype)
    return lines


def _place(key: str) -> str:
    """Return how the layer of an array is reached: `model[3].layers[1]` for `layers.2.layers.0.weight`; Julia counts from 1."""
    parts = key.split(".")
    text, i = "model", 0
    while i < len(parts) - 1:
        word, number = parts[i], int(parts[i + 1]) + 1
        text += f"[{number}]" if word == "layers" and (i == 0 or parts[i - 2] == "branches") else f".layers[{number}]"
        i += 2
    return text


def _state_place(key: str) -> str:
    """Return how the state of a layer is reached: `state.layers[3].layers.layers[1]` for `layers.2.layers.0`."""
    parts = key.split(".")
    text = "state"
    for i in range(0, len(parts), 2):
        inside = parts[i] == "layers" and i > 0 and parts[i - 2] == "layers"  # the Chain of a skip connection
        text += f"{'.layers' * inside}.layers[{int(parts[i + 1]) + 1}]"
    return text


def _array(opening: str, array: NDArray[np.floating], dtype: str) -> list[str]:
    kind = "Float32" if dtype == "float32" else "Float64"
    if array.ndim == 1:
        return [f"{opening} {kind}[{', '.join(map(_number, array))}]"]
    rows = [" ".join(map(_number, row)) for row in array]
    if len(rows) == 1:
        return [f"{opening} {kind}[{rows[0]};;]" if array.shape[1] == 1 else f"{opening} {kind}[{rows[0]}]"]
    return [f"{opening} {kind}[", *(f"    {row}" for row in rows), "]"]


def _number(value: Any) -> str:
    return "NaN" if np.isnan(value) else ("Inf" if value > 0 else "-Inf") if np.isinf(value) else str(value)


# ------------------------------------------------------------------------------------------------------------ data


def _data(facts: Facts) -> list[str]:
    """Return x and y, or what they must be."""
    preparation, source = facts.preparation, facts.project.spec.data.source
    kind = "Float32" if facts.dtype == "float32" else "Float64"
    if isinstance(source, FormulaData) and facts.inputs == 1 and not preparation.features:
        encoding = preparation.inputs[0]
        style = notation.Style(program=True, single=False)
        x = _scaled("values", encoding.center, encoding.scale)
        y = _scaled("f.(values)", preparation.target_center, preparation.target_scale)
        return [
            f"f(x) = {notation.formula(source.formula, style)}",
            f"values = reshape(collect({source.train.start}:{source.train.step}:{source.train.stop}), 1, :)",
            f"x, y = {kind}.({x}), {kind}.({y})",
        ]
    answers = {
        "regression": "1 × rows, scaled",
        "binary": f"1 × rows, {'-1' if is_margin(facts.training) else '0'} or 1",
        "classes": f"{facts.outputs} × rows, Flux.onehotbatch(labels_of_rows, labels)",
    }[facts.task]
    lines = [f"# x: {facts.inputs} × rows, prepared as below; y: {answers}; every column is one row of the table"]
    for name, (center, scale) in _scales(facts).items():
        lines.append(f"#   {name}" + (f" = ({center!r} taken off, divided by {scale!r})" if (center, scale) != (0.0, 1.0) else ""))
    if facts.task == "regression" and (preparation.target_center, preparation.target_scale) != (0.0, 1.0):
        lines.append(f"#   y: {preparation.target} less {preparation.target_center!r}, divided by {preparation.target_scale!r}")
    lines += [
        "using DelimitedFiles",
        f"x = permutedims(readdlm(\"x.csv\", ',', {kind}))",
        f"y = permutedims(readdlm(\"y.csv\", ',', {kind}))",
    ]
    return lines


def _scales(facts: Facts) -> dict[str, tuple[float, float]]:
    """Return center and scale of every input by its name."""
    found: dict[str, tuple[float, float]] = {}
    for encoding in facts.preparation.inputs:
        for i, name in enumerate(encoding.features):
            scaled = encoding.kind == "number" and i == 0
            found[" ".join(name.split())] = (encoding.center, encoding.scale) if scaled else (0.0, 1.0)
    for feature in facts.preparation.features:
        found[" ".join(feature.formula.split())] = (feature.center, feature.scale)
    return found


def _scaled(text: str, center: float, scale: float) -> str:
    return text if (center, scale) == (0.0, 1.0) else f"({text} .- {center!r}) ./ {scale!r}"


# -------------------------------------------------------------------------------------------------------- training


def _rule(choice: Choice) -> str:
    """Return a rule in the order of Flux's arguments, pairs as pairs: `Adam(0.01, (0.9, 0.999), 1.0e-8)`."""
    entry = OPTIMISERS.get(choice.name)
    values = entry.values(choice.values)
    given: list[tuple[str, bool]] = []  # text, is the default
    named: list[str] = []
    hypers = list(entry.hypers)
    while hypers:
        hyper = hypers.pop(0)
        if hyper.name.endswith("1") and hypers and hypers[0].name == f"{hyper.name[:-1]}2":
            other = hypers.pop(0)
            pair = f"({notation.number(values[hyper.name])}, {notation.number(values[other.name])})"
            given.append((pair, (values[hyper.name], values[other.name]) == (hyper.default, other.default)))
        elif hyper.boolean:
            named += [f"{hyper.name} = {str(bool(values[hyper.name])).lower()}"] * (values[hyper.name] != hyper.default)
        else:
            text = str(int(values[hyper.name])) if hyper.integer else notation.number(values[hyper.name])
            if entry.name == "ClipNorm" and hyper.name == "p" and not values["p"]:
                text = "Inf"
            given.append((text, values[hyper.name] == hyper.default))
    while len(given) > 1 and given[-1][1]:
        given.pop()
    inside = ", ".join(text for text, _ in given)
    options = f"; {', '.join(named)}" if named else ""
    return f"{entry.name}({inside}{options})"


def _loss(facts: Facts, style: notation.Style) -> str:
    choice = facts.training.loss
    entry = LOSSES.get(choice.name)
    if entry.custom:
        return f"mean(((yhat, y) -> {notation.formula(choice.formula or entry.formula, style)}).(ŷ, y))"
    values = entry.values(choice.values)
    y = "y"
    if values.get("smoothing"):
        dims = "" if facts.task == "classes" else "; dims = 0"
        y = f"Flux.label_smoothing(y, {notation.number(values['smoothing'], style)}{dims})"
    told = [h.name for h in entry.hypers if h.name != "smoothing" and values[h.name] != h.default]
    options = ", ".join(f"{name} = {notation.number(values[name], style)}" for name in told)
    return f"Flux.{entry.name}(ŷ, {y}{'; ' + options if options else ''})"


def _training(facts: Facts, style: notation.Style) -> list[str]:
    training = facts.training
    chain = [_rule(rule) for rule in (*training.chain, training.optimiser)]
    rule = f"OptimiserChain({', '.join(chain)})" if len(chain) > 1 else chain[0]
    onward = ["# Training goes on from what it has learned; leave the loop out to predict at once"] * facts.weights
    lines = [*onward, *remarks(facts), f"loss(ŷ, y) = {_loss(facts, style)}", f"state = Flux.setup({rule}, model)"]
    for key, layer in iterate(facts.model):
        if layer.id in training.frozen:
            lines.append(f"Flux.freeze!({_state_place(key)})")
    eta = OPTIMISERS.get(training.optimiser.name).values(training.optimiser.values).get("eta", 1.0)
    rate = _julia(rates.rate_of(training, eta))
    size = f"min({training.batch}, size(x, 2))" if training.batch else "size(x, 2)"
    lines.append(f"data = Flux.DataLoader((x, y), batchsize = {size}, shuffle = {str(training.shuffle).lower()})")
    has_rate = bool(rate) and rate[0].startswith("function")
    call = "Flux.train!((m, x, y) -> loss(m(x), y), model, data, state)"
    if has_rate and training.schedule_unit == "step":
        loop = [
            "step = 0",
            f"for epoch in 1:{training.epochs}, batch in data",
            "    global step += 1",
            "    Flux.adjust!(state, rate(step))",
        ]
        loop += [f"    {call.replace('data', '[batch]')}", "end"]
    else:
        loop = [f"for epoch in 1:{training.epochs}", *["    Flux.adjust!(state, rate(epoch))"] * has_rate, f"    {call}", "end"]
    return [*rate, *lines, *loop]


def _julia(lines: Sequence[str]) -> list[str]:
    """Return the lines of a Python function of the rate in Julia."""
    if not lines or not lines[0].startswith("def"):
        return list(lines)
    result = ["function rate(t)"]
    for line in lines[2:]:
        text = line.replace("math.cos(math.pi", "cos(pi").replace("**", "^").replace("//", "÷")
        if text.lstrip().startswith("if "):
            result.append(text.rstrip(":"))
        elif result[-1].lstrip().startswith("if "):
            result += [_ternary(text), "    end"]
        else:
            result.append(_ternary(text))
    return [*result, "end", ""]


def _ternary(line: str) -> str:
    """Return `a if c else b` inside parentheses as `c ? a : b`."""
    if " if " not in line or " else " not in line:
        return line
    head, _, inside = line.partition("eta * (")
    first, _, rest = inside.partition(" if ")
    condition, _, second = rest.partition(" else ")
    return f"{head}eta * ({condition} ? {first} : {second}"


def _answers(facts: Facts) -> list[str]:
    """Return the lines that turn outputs into answers."""
    preparation = facts.preparation
    lines = ["Flux.testmode!(model)"] * any(entry_of(layer).name in ("dropout", "batchnorm") for _, layer in iterate(facts.model))
    if facts.task == "regression":
        back = "model(x)" if (preparation.target_center, preparation.target_scale) == (0.0, 1.0) else ""
        return [*lines, f"prediction = {back or f'model(x) .* {preparation.target_scale!r} .+ {preparation.target_center!r}'}"]
    labels = ", ".join(f'"{_text(label)}"' for label in preparation.labels)
    lines.append(f"labels = [{labels}]")
    if facts.task == "binary":
        limit = "0.5" if output_kind(facts.model, facts.training) == "probability" else "0"
        return [*lines, f"prediction = [labels[score > {limit} ? 2 : 1] for score in vec(model(x))]"]
    return [*lines, "prediction = Flux.onecold(model(x), labels)"]


def _text(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("\n", "\\n")
