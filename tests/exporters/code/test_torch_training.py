"""Tests of the training as source text for PyTorch; that its steps are the engine's is tested with the program."""

import coded
from flux_gui.document import edits
from flux_gui.document.registries import CHAIN, MAIN
from flux_gui.engine.losses import LOSSES
from flux_gui.exporters.code import source, torch_training


def test_the_tables_are_complete() -> None:
    assert set(torch_training._LOSSES) == {entry.name for entry in LOSSES.in_window() if not entry.custom}
    assert set(torch_training._OPTIMISERS) | set(torch_training._OWN) == set(MAIN.names())
    assert set(torch_training._RULES) == {entry.name for entry in CHAIN if entry.kind != "accumulation"}


def test_a_loop_as_one_would_write_it() -> None:
    project = edits.set_value(coded.sample("iris"), "training.chain.WeightDecay", True)
    text = source(project, "pytorch", weights=False)
    loop = text[text.index("    optimiser = ") : text.index("def predict")].rstrip()
    assert loop == (
        "    optimiser = torch.optim.Adam(model.parameters(), lr=0.001, betas=(0.9, 0.999), eps=1e-08)\n"
        "    model.train()\n"
        "    for epoch in range(1, 201):\n"
        "        for rows_of_batch in torch.randperm(len(x)).split(min(32, len(x))):\n"
        "            optimiser.zero_grad()\n"
        "            value = loss(model(x[rows_of_batch]), y[rows_of_batch])\n"
        "            value.backward()\n"
        "            with torch.no_grad():\n"
        "                for p in model.parameters():\n"
        "                    if p.grad is not None:\n"
        "                        p.grad.add_(p, alpha=0.0005)\n"
        "            optimiser.step()"
    )
