"""Loss, optimiser and training loop as source text for PyTorch; rules that it lacks are written out as optimisers of its kind."""

from typing import Any, Final, Protocol

from flux_gui.engine.losses import LOSSES
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.exporters.code import formulas, rates
from flux_gui.exporters.code.facts import Facts, blank_lines
from flux_gui.exporters.code.flux_py import remarks
from flux_gui.specs import Choice

_LOSSES: Final = {
    "mse": "F.mse_loss(yhat, y)",
    "mae": "F.l1_loss(yhat, y)",
    "huber_loss": "F.huber_loss(yhat, y, delta={delta})",
    "msle": "torch.log((yhat + {eps}) / (y + {eps})).square().mean()",
    "poisson_loss": "(yhat - torch.xlogy(y, yhat)).mean()",
    "logitcrossentropy": "F.cross_entropy(yhat, y, label_smoothing={smoothing})",
    "crossentropy": "-torch.xlogy({target}, yhat + {eps}).sum(dim=1).mean()",
    "focal_loss": "-(y * (1 - yhat).clamp(min=0) ** {gamma} * torch.log(yhat + {eps})).sum(dim=1).mean()",
    "kldivergence": "(torch.xlogy(y, y) - torch.xlogy(y, yhat + {eps})).sum(dim=1).mean()",
    "logitbinarycrossentropy": "F.binary_cross_entropy_with_logits(yhat, {target})",
    "binarycrossentropy": "-(torch.xlogy({target}, yhat + {eps}) + torch.xlogy(1 - {target}, 1 - yhat + {eps})).mean()",
    "binary_focal_loss": "-((1 - p).clamp(min=0) ** {gamma} * torch.log(p)).mean()",
    "hinge_loss": "F.relu(1 - yhat * y).mean()",
    "squared_hinge_loss": "F.relu(1 - yhat * y).square().mean()",
}
"""By loss: an expression of yhat and y, arrays (rows, outputs), and of its numbers; {target} is y, smoothed if so wished."""

_OPTIMISERS: Final = {
    "Descent": "torch.optim.SGD({p}, lr={eta})",
    "Momentum": "torch.optim.SGD({p}, lr={eta}, momentum={rho})",
    "Nesterov": "torch.optim.SGD({p}, lr={eta}, momentum={rho}, nesterov=True)",
    "RMSProp": "torch.optim.RMSprop({p}, lr={eta}, alpha={rho}, eps={epsilon}, centered={centred})",
    "Rprop": "torch.optim.Rprop({p}, lr={eta}, etas=({ell1}, {ell2}), step_sizes=({gamma1}, {gamma2}))",
    "Adam": "torch.optim.Adam({p}, lr={eta}, betas=({beta1}, {beta2}), eps={epsilon})",
    "AdamW": "torch.optim.AdamW({p}, lr={eta}, betas=({beta1}, {beta2}), eps={epsilon}, weight_decay={lambd})",
    "AdaMax": "torch.optim.Adamax({p}, lr={eta}, betas=({beta1}, {beta2}), eps={epsilon})",
    "AdaGrad": "torch.optim.Adagrad({p}, lr={eta}, eps={epsilon}, initial_accumulator_value={epsilon})",
    "AdaDelta": "torch.optim.Adadelta({p}, lr=1.0, rho={rho}, eps={epsilon})",
}
"""By optimiser: the one of PyTorch that makes the same steps; {p} stands for the parameters."""

_MOMENTS: Final = ["m.mul_(b1).add_(g, alpha=1 - b1)", "v.mul_(b2).addcmul_(g, g, value=1 - b2)"]
_ADAM: Final = "(m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps)"
_OWN: Final[dict[str, tuple[tuple[str, ...], list[str]]]] = {
    "RAdam": (
        ("m", "v"),
        [
            *_MOMENTS,
            "last = 2 / (1 - b2) - 1",
            "rho = last - 2 * t * b2**t / (1 - b2**t)",
            "if rho > 4:  # by now the size of the slopes is known",
            "    r = ((rho - 4) * (rho - 2) * last / ((last - 4) * (last - 2) * rho)) ** 0.5",
            f"    p.sub_(lr * r * {_ADAM})",
            "else:",
            "    p.sub_(lr * m / (1 - b1**t))",
        ],
    ),
    "OAdam": (("m", "v", "before"), [*_MOMENTS, f"step = lr * {_ADAM}", "p.sub_(2 * step - before)", "before.copy_(step)"]),
    "AMSGrad": (("m", "v", "largest"), [*_MOMENTS, "torch.maximum(largest, v, out=largest)", "p.sub_(lr * m / (largest.sqrt() + eps))"]),
    "NAdam": (
        ("m", "v"),
        [
            *_MOMENTS,
            "ahead = b1 * m / (1 - b1 ** (t + 1)) + (1 - b1) * g / (1 - b1**t)",
            "p.sub_(lr * ahead / ((b2 * v / (1 - b2**t)).sqrt() + eps))",
        ],
    ),
    "AdaBelief": (
        ("m", "v"),
        [_MOMENTS[0], "v.mul_(b2).addcmul_(g - m, g - m, value=1 - b2).add_(eps)", f"p.sub_(lr * {_ADAM})"],
    ),
    "Lion": (("m",), ["m.mul_(b2).add_(g, alpha=1 - b2)", "p.sub_(lr * torch.sign((b2 - b1) * g + b1 * m))"]),
}
"""By optimiser that PyTorch lacks, or begins in another way: what it keeps for each parameter, and the lines of one step."""

_RULES: Final = {
    "WeightDecay": ["p.grad.add_(p, alpha={lambd})"],
    "SignDecay": ["p.grad.add_(p.sign(), alpha={lambd})"],
    "ClipGrad": ["p.grad.clamp_(-{delta}, {delta})"],
    "ClipNorm": ["nn.utils.clip_grad_norm_([p], {omega}, norm_type={p})"],
}
"""By rule in front of the optimiser: what it does with the gradient of each parameter p."""


class Named(Protocol):
    """The module that was written."""

    names: dict[str, str]


def lines(facts: Facts, module: Named) -> list[str]:
    """Return the data, the loss, the optimiser and the loop."""
    from flux_gui.exporters.code.pytorch import frozen_lines

    rate = rates.rate_of(facts.training, _values(facts.training.optimiser).get("eta", 1.0))
    body = [
        *remarks(facts),
        "x, y = torch.from_numpy(prepare(rows)), torch.from_numpy(targets(rows))",
        *frozen_lines(facts, module.names),
        *_loop(facts, bool(rate) and rate[0].startswith("def")),
    ]
    train = ["def train(rows):", '    """Let the model learn from raw rows of a table."""', *(f"    {line}" for line in body)]
    return blank_lines([_loss(facts), _own_optimiser(facts), rate, train], 2)


def _values(choice: Choice) -> dict[str, float]:
    return OPTIMISERS.get(choice.name).values(choice.values)


def _loss(facts: Facts) -> list[str]:
    choice = facts.training.loss
    entry = LOSSES.get(choice.name)
    head = ["def loss(yhat, y):", f'    """{entry.label[0].upper()}{entry.label[1:]}."""']
    if entry.custom:
        return [
            *head,
            f"    return ({formulas.python(choice.formula or entry.formula, formulas.TORCH, {'yhat': 'yhat', 'y': 'y'})}).mean()",
        ]
    values: dict[str, Any] = dict(entry.values(choice.values))
    smoothing = values.get("smoothing", 0.0)
    classes = facts.outputs if facts.task == "classes" else 2
    if smoothing and entry.name != "logitcrossentropy":
        head.append(f"    y = y * {1 - smoothing!r} + {smoothing / classes!r}")
    if "eps" in values:
        values["eps"] = values["eps"] or "torch.finfo(yhat.dtype).eps"
    if entry.name == "binary_focal_loss":
        head += [f"    q = yhat + {values['eps']}", "    p = (y * q + (1 - y) * (1 - q)).clamp(min=1e-7)"]
    return [*head, f"    return {_LOSSES[entry.name].format(target='y', **values)}"]


def _own_optimiser(facts: Facts) -> list[str]:
    """Return the class of an optimiser that PyTorch lacks or defines in another way."""
    entry = OPTIMISERS.get(facts.training.optimiser.name)
    if entry.name not in _OWN:
        return []
    kept, step = _OWN[entry.name]
    start = "torch.full_like(p, eps)" if entry.name == "AMSGrad" else "torch.zeros_like(p)"
    return [
        f"class {entry.name}(torch.optim.Optimizer):",
        f'    """{entry.doc}"""',
        "",
        "    def __init__(self, parameters, lr, betas, eps=0.0):",
        '        super().__init__(parameters, {"lr": lr, "betas": betas, "eps": eps, "t": 0})',
        "",
        "    @torch.no_grad()",
        "    def step(self):",
        "        for group in self.param_groups:",
        '            group["t"] += 1',
        '            lr, (b1, b2), eps, t = group["lr"], group["betas"], group["eps"], group["t"]',
        '            for p in group["params"]:',
        "                if p.grad is None:",
        "                    continue",
        "                g, state = p.grad, self.state[p]",
        *(f'                {name} = state.setdefault("{name}", {start})' for name in kept),
        *(f"                {line}" for line in step),
    ]


def _optimiser(facts: Facts) -> str:
    entry = OPTIMISERS.get(facts.training.optimiser.name)
    v: dict[str, Any] = dict(entry.values(facts.training.optimiser.values))
    if entry.name in _OWN:
        eps = f", eps={v['epsilon']!r}" if "epsilon" in v else ""
        return f"{entry.name}(model.parameters(), lr={v['eta']!r}, betas=({v['beta1']!r}, {v['beta2']!r}){eps})"
    if "centred" in v:
        v["centred"] = bool(v["centred"])
    if entry.name == "AdamW" and not v["couple"] and v["eta"]:
        v["lambd"] = v["lambd"] / v["eta"]  # PyTorch multiplies the decay by the rate
    return _OPTIMISERS[entry.name].format(p="model.parameters()", **v)


def _loop(facts: Facts, has_rate: bool) -> list[str]:
    training = facts.training
    gather = next((int(_values(rule)["n"]) for rule in training.chain if rule.name == "AccumGrad"), 1)
    by_step = has_rate and training.schedule_unit == "step"
    by_epoch = has_rate and not by_step
    batch = f"min({training.batch}, len(x))" if training.batch else "len(x)"
    order = "torch.randperm(len(x))" if training.shuffle else "torch.arange(len(x))"
    set_rate = ["for group in optimiser.param_groups:", f'    group["lr"] = rate({"step" if by_step else "epoch"})']
    inner = [
        "optimiser.zero_grad()" if gather == 1 else f"if (step - 1) % {gather} == 0:",
        *(["    optimiser.zero_grad()"] if gather > 1 else []),
        f"value = loss(model(x[rows_of_batch]), y[rows_of_batch]){f' / {gather}' * (gather > 1)}",
        "value.backward()",
    ]
    after = [*_rules(facts), *(set_rate if by_step else []), "optimiser.step()"]
    inner += [f"if step % {gather} == 0:", *(f"    {line}" for line in after)] if gather > 1 else after
    counting = gather > 1 or by_step
    return [
        f"optimiser = {_optimiser(facts)}",
        "model.train()",
        *["step = 0"] * counting,
        f"for epoch in range(1, {training.epochs + 1}):",
        *(f"    {line}" for line in (set_rate if by_epoch else [])),
        f"    for rows_of_batch in {order}.split({batch}):",
        *["        step += 1"] * counting,
        *(f"        {line}" for line in inner),
    ]


def _rules(facts: Facts) -> list[str]:
    """Return what the rules in front of the optimiser do with gradients."""
    rules = [rule for rule in facts.training.chain if rule.name in _RULES]
    if not rules:
        return []
    found = ["with torch.no_grad():", "    for p in model.parameters():", "        if p.grad is not None:"]
    for rule in rules:
        values = {name: repr(value) for name, value in _values(rule).items()}
        if rule.name == "ClipNorm" and float(values["p"]) == 0:
            values["p"] = '"inf"'
        found += [f"            {line.format(**values)}" for line in _RULES[rule.name]]
    return found
