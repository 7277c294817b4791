"""A model as a program that uses this library: the same layers, loss and rules, trained by a loop that one can read."""

from keyword import iskeyword
from typing import Any, Final

from flux_gui.core.errors import FormatError
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.initialisers import INITIALISERS
from flux_gui.engine.kinds import entry_of, passed
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.models import iterate
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.exporters.code import formulas, functions, rates
from flux_gui.exporters.code.facts import Facts, array_lines, blank_lines
from flux_gui.exporters.code.python_data import answer_lines, functions_of_data, imports, main_lines, table_lines
from flux_gui.specs import Choice, LayerSpec, ParallelSpec, SkipConnectionSpec

_INTEGERS: Final = ("n",)


def write(facts: Facts) -> str:
    """Return the program: model, what it has learned, data, training, answers."""
    blocks = [
        functions.definitions(functions_of_data(facts, targets=True))[:-2],
        table_lines(facts, targets=True),
        ["model = " + "\n".join(_chain(facts, facts.model.layers, facts.inputs, 0, top=True))],
        _weights(facts) if facts.weights else [],
        rates.rate_of(facts.training, _rate(facts)),
        _training(facts),
        [
            "def predict(rows):",
            '    """Return the answers for raw rows of a table, dicts by column name."""',
            "    y = np.asarray(model(prepare(rows)))",
            *(f"    {line}" for line in answer_lines(facts)),
        ],
        main_lines(facts),
    ]
    body = blank_lines(blocks, 2)
    head = [f'"""Learns {facts.title}, with the library of Flux.', "", facts.chain, '"""', ""]
    packages = ("import numpy as np", "", "from flux_gui import engine as flux")
    return "\n".join([*head, *imports("\n".join(body), *packages), "", "", *body, ""])


def _chain(facts: Facts, layers: tuple[LayerSpec, ...], inputs: int, indent: int, top: bool = False) -> list[str]:
    """Return the lines of a Chain; named layers are keywords where all have a name that can be one."""
    blank = " " * (indent + 4)
    names = [layer.name for layer in layers]
    named = len(set(names)) == len(names) and all(_can_be_keyword(name) for name in names)
    lines = [f"{'' if top else ' ' * indent}flux.Chain("]
    for layer in layers:
        begin = f"{blank}{layer.name}=" if named else blank
        written = _layer(facts, layer, inputs, indent + 4)
        comment = f"  # {' '.join(layer.name.split())}" if layer.name and not named else ""
        lines += [f"{begin}{written[0].lstrip()}", *written[1:]]
        lines[-1] += f",{comment}"
        inputs = passed((layer,), inputs)
    if top and facts.dtype != "float32":
        lines.append(f"{blank}dtype=np.{facts.dtype},")
    return [*lines, f"{' ' * indent})"]


def _can_be_keyword(name: str) -> bool:
    return name.isidentifier() and not iskeyword(name) and name not in ("layers", "dtype", "self")


def _layer(facts: Facts, layer: Any, inputs: int, indent: int) -> list[str]:
    kind, blank = entry_of(layer).name, " " * indent
    if isinstance(layer, SkipConnectionSpec):
        inner = _chain(facts, layer.layers, inputs, indent + 4)
        return [f"{blank}flux.SkipConnection(", *inner[:-1], f"{inner[-1]},", f'{blank}    "{layer.combine}",', f"{blank})"]
    if isinstance(layer, ParallelSpec):
        lines = [f"{blank}flux.Parallel(", f'{blank}    "{layer.combine}",']
        for branch in layer.branches:
            inner = _chain(facts, branch, inputs, indent + 4)
            lines += [*inner[:-1], f"{inner[-1]},"]
        return [*lines, f"{blank})"]
    settings: list[str] = []
    activation = getattr(layer, "activation", None)
    if activation is not None and activation.name != "identity":
        settings.append(_activation(activation))
    if kind == "dense":
        settings += ["bias=False"] * (not layer.bias) + _initialiser(layer.initialiser)
        return [f"{blank}flux.Dense({', '.join([str(inputs), str(layer.units), *settings])})"]
    if kind in ("softmax", "logsoftmax"):
        return [f"{blank}flux.{'Softmax' if kind == 'softmax' else 'LogSoftmax'}()"]
    if kind == "dropout":
        return [f"{blank}flux.Dropout({layer.p!r})"]
    if kind in ("batchnorm", "layernorm", "scale"):
        for name, usual in (("affine", True), ("bias", True), ("momentum", 0.1), ("eps", 1e-5)):
            if getattr(layer, name, usual) != usual:
                settings.append(f"{name}={getattr(layer, name)!r}")
        return [f"{blank}flux.{entry_of(layer).names['flux']}({', '.join([str(inputs), *settings])})"]
    if kind == "formula":
        starts = ", ".join(
            f'"{p.name}": ' + (f"np.full({inputs}, {p.start!r})" if p.per == "column" else repr(p.start)) for p in layer.parameters
        )
        return [f"{blank}flux.Formula({layer.formula.strip()!r}, {{{starts}}})"]
    raise FormatError(f"A layer of the kind {kind} cannot be written for this library.", "Choose another language.")


def _activation(choice: Choice) -> str:
    entry = ACTIVATIONS.get(choice.name)
    if entry.custom:
        return f"lambda x: {formulas.python(choice.formula or entry.formula, formulas.FLUX, {'x': 'x'})}"
    values = entry.values(choice.values)
    if any(values[hyper.name] != hyper.default for hyper in entry.hypers):
        return f"lambda x: flux.{entry.name}(x, {', '.join(map(repr, values.values()))})"
    return f'"{entry.name}"'


def _initialiser(choice: Choice) -> list[str]:
    entry = INITIALISERS.get(choice.name)
    values = entry.values(choice.values)
    told = [f"{h.name}={int(values[h.name]) if h.integer else repr(values[h.name])}" for h in entry.hypers if values[h.name] != h.default]
    if told:
        return [f"init=flux.{entry.name}({', '.join(told)})"]
    return [] if entry.name == "glorot_uniform" else [f'init="{entry.name}"']


def _place(key: str) -> str:
    """Return how an array is reached in the model: `model[2].layers[0].weight` for `layers.2.layers.0.weight`."""
    parts = key.split(".")
    text, i = "model", 0
    while i < len(parts) - 1:
        word, number = parts[i], parts[i + 1]
        text += f"[{number}]" if word == "layers" and (i == 0 or parts[i - 2] == "branches") else f".layers[{number}]"
        i += 2
    return f"{text}.{parts[-1]}"


def _weights(facts: Facts) -> list[str]:
    lines = ["# What it has learned in the app; leave this out to begin anew"]
    for key, array in facts.arrays.items():
        lines += array_lines(f"{_place(key)}[...]", array, "", "")
    return lines


def _rate(facts: Facts) -> float:
    entry = OPTIMISERS.get(facts.training.optimiser.name)
    return entry.values(facts.training.optimiser.values).get("eta", 1.0)


def _rule(choice: Choice) -> str:
    """Return a rule as this library's constructor writes it: `flux.Adam(0.01)`, pairs as pairs, only what is not the default."""
    entry = OPTIMISERS.get(choice.name)
    values = entry.values(choice.values)
    told: list[str] = []
    pairs = {hyper.name[:-1] for hyper in entry.hypers if hyper.name.endswith("1")}
    for hyper in entry.hypers:
        stem = hyper.name[:-1]
        if stem in pairs and hyper.name.endswith("2"):
            continue
        if stem in pairs:
            pair = (values[f"{stem}1"], values[f"{stem}2"])
            usual = (hyper.default, next(h.default for h in entry.hypers if h.name == f"{stem}2"))
            told += [f"{stem}={pair!r}"] if pair != usual else []
        elif values[hyper.name] != hyper.default or hyper.name in ("eta", *_INTEGERS):
            value = values[hyper.name]
            shown = repr(bool(value)) if hyper.boolean else str(int(value)) if hyper.integer else repr(value)
            told.append(shown if hyper.name in ("eta", *_INTEGERS) else f"{hyper.name}={shown}")
    return f"flux.{entry.name}({', '.join(told)})"


def _loss(facts: Facts) -> str:
    choice = facts.training.loss
    entry = LOSSES.get(choice.name)
    if entry.custom:
        text = formulas.python(choice.formula or entry.formula, formulas.FLUX, {"yhat": "model(x)", "y": "y"})
        return f"flux.mean({text})"
    values = entry.values(choice.values)
    told = "".join(f", {h.name}={values[h.name]!r}" for h in entry.hypers if values[h.name] != h.default)
    return f"flux.losses.{entry.name}(model(x), y{told})"


def _training(facts: Facts) -> list[str]:
    training = facts.training
    chain = [_rule(rule) for rule in (*training.chain, training.optimiser)]
    rule = f"flux.OptimiserChain({', '.join(chain)})" if len(chain) > 1 else chain[0]
    batch = f"batchsize=min({training.batch}, len(x))" if training.batch else "batchsize=len(x)"
    body = [*remarks(facts), "x, y = prepare(rows), targets(rows)", f"state = flux.setup({rule}, model)"]
    for key, layer in iterate(facts.model):
        if layer.id in training.frozen:
            body.append(f"flux.freeze(state, {_place(f'{key}._').removesuffix('._')})")
    body.append(f"data = flux.DataLoader((x, y), {batch}, shuffle={training.shuffle})")
    has_rate = any(line.startswith("def rate") for line in rates.rate_of(training, 1.0))
    if has_rate and training.schedule_unit == "step":
        body += ["step = 0", f"for epoch in range(1, {training.epochs + 1}):", "    for batch in data:", "        step += 1"]
        body += ["        flux.adjust(state, rate(step))", "        flux.train(loss, model, [batch], state)"]
    else:
        body.append(f"for epoch in range(1, {training.epochs + 1}):")
        body += ["    flux.adjust(state, rate(epoch))"] * has_rate
        body.append("    flux.train(loss, model, data, state)")
    head = ["def train(rows):", '    """Let the model learn from raw rows of a table."""']
    loss = ["def loss(model, x, y):", f"    return {_loss(facts)}"]
    return [*loss, "", "", *head, *(f"    {line}" for line in body)]


def remarks(facts: Facts) -> list[str]:
    """Return comments on what training in the app does and a program written by us leaves to the reader."""
    training, found = facts.training, []
    if training.class_weights != "none" and facts.task != "regression":
        found.append("# In the app every class counts the same in the loss, however many rows it has; here every row does.")
    if any(part.weights is not None for part in facts.project.dataset.parts.values()):
        found.append("# In the app a column of the table says how much each row counts; here every row counts the same.")
    if training.stop:
        names = ", ".join(rule.name for rule in training.stop)
        found.append(f"# In the app a run may stop early ({names}).")
    return found
