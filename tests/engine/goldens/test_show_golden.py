"""Models printed character by character as Flux prints them; bytes are those of the arrays."""

import numpy as np
import pytest

from flux_gui import engine as flux


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: flux.Dense(2, 3), "Dense(2 => 3)       # 9 parameters"),
        (lambda: flux.Dense(1, 1), "Dense(1 => 1)       # 2 parameters"),
        (lambda: flux.Dense(1, 1, bias=False), "Dense(1 => 1; bias=false)  # 1 parameters"),
        (lambda: flux.Dense(5, 2, "tanh", bias=False), "Dense(5 => 2, tanh; bias=false)  # 10 parameters"),
        (lambda: flux.Dense(2, 3, "sigmoid"), "Dense(2 => 3, σ)    # 9 parameters"),
        (lambda: flux.Dense(99, 100), "Dense(99 => 100)    # 10_000 parameters"),
        (lambda: flux.Dropout(0.4), "Dropout(0.4)"),
        (lambda: flux.AlphaDropout(0.4), "AlphaDropout(0.4)"),
        (lambda: flux.BatchNorm(3), "BatchNorm(3)        # 6 parameters, plus 6 non-trainable"),
        (lambda: flux.BatchNorm(3, "relu"), "BatchNorm(3, relu)  # 6 parameters, plus 6 non-trainable"),
        (lambda: flux.LayerNorm(3), "LayerNorm(3)        # 6 parameters"),
        (lambda: flux.Scale(3), "Scale(3)            # 6 parameters"),
        (lambda: flux.Scale(3, "tanh", bias=False), "Scale(3, tanh; bias=false)  # 3 parameters"),
        (lambda: flux.Embedding(5, 3), "Embedding(5 => 3)   # 15 parameters"),
    ],
)
def test_one_layer(make: object, text: str) -> None:
    assert repr(make()) == text  # type: ignore[operator]


def test_forced_modes_are_printed() -> None:
    layer = flux.Dropout(0.4)
    assert repr(flux.trainmode(layer) or layer) == "Dropout(0.4, active=true)"
    flux.testmode(layer)
    assert repr(layer) == "Dropout(0.4, active=false)"
    flux.testmode(layer, "auto")
    assert repr(layer) == "Dropout(0.4)"


def test_the_chain_of_the_manual() -> None:
    expected = (
        "Chain(\n"
        "  Dense(784 => 2048, relu),             # 1_607_680 parameters\n"
        "  Dense(2048 => 10),                    # 20_490 parameters\n"
        ")                   # Total: 4 arrays, 1_628_170 parameters, 6.211 MiB."
    )
    assert repr(flux.Chain(flux.Dense(784, 2048, "relu"), flux.Dense(2048, 10))) == expected


def test_parameters_that_are_not_trained() -> None:
    """The quickstart's chain has 4 arrays with 15 parameters in its first two layers, and 2 with 6 running statistics."""
    expected = (
        "Chain(\n"
        "  Dense(2 => 3, tanh),                  # 9 parameters\n"
        "  BatchNorm(3),                         # 6 parameters, plus 6\n"
        ")         # Total: 4 trainable arrays, 15 parameters,\n"
        "          # plus 2 non-trainable, 6 parameters, summarysize 84 bytes."
    )
    assert repr(flux.Chain(flux.Dense(2, 3, "tanh"), flux.BatchNorm(3))) == expected


def test_names_and_steps_without_parameters() -> None:
    expected = (
        "Chain(\n  hidden = Dense(2 => 3, relu),         # 9 parameters\n  Dropout(0.5),\n".replace("Dropout", "drop = Dropout")
        + "  out = Dense(3 => 1),                  # 4 parameters\n"
        "  squash = softmax,\n"
        ")                   # Total: 4 arrays, 13 parameters, 52 bytes."
    )
    chain = flux.Chain(hidden=flux.Dense(2, 3, "relu"), drop=flux.Dropout(0.5), out=flux.Dense(3, 1), squash=flux.softmax)
    assert repr(chain) == expected


def test_two_arrays_have_no_total() -> None:
    assert repr(flux.Chain(flux.Dense(2, 3))) == "Chain(\n  Dense(2 => 3),                        # 9 parameters\n)"
    longer = flux.Chain(flux.Dense(2, 3), flux.Dense(3, 4), flux.Dense(4, 5), flux.softmax)
    assert repr(longer).endswith(")                   # Total: 6 arrays, 50 parameters, 200 bytes.")


def test_containers_inside() -> None:
    skip = repr(flux.Chain(flux.SkipConnection(flux.Dense(2, 2, "relu"), "add"), flux.Dense(2, 1)))
    assert "  SkipConnection(\n    Dense(2 => 2, relu),                # 6 parameters\n    +,\n  ),\n" in skip
    both = repr(flux.Chain(flux.Parallel("add", flux.Dense(2, 2), flux.Dense(2, 2)), flux.Dense(2, 1)))
    lines = both.splitlines()
    assert lines[1:3] == ["  Parallel(", "    +,"]
    assert lines[3] == "    Dense(2 => 2),                      # 6 parameters"
    maxout = repr(flux.Chain(flux.Maxout(flux.Dense(2, 2), flux.Dense(2, 2))))
    assert maxout.splitlines()[1:3] == ["  Maxout(", "    Dense(2 => 2),                      # 6 parameters"]


def test_remarks() -> None:
    dense = flux.Dense(np.zeros((1, 1), np.float32))
    assert repr(dense) == "Dense(1 => 1)       # 2 parameters  (all zero)"
    for value, remark in ((np.nan, "  (some NaN)"), (np.inf, "  (some Inf)")):
        dense.bias = [value]
        assert repr(dense) == f"Dense(1 => 1)       # 2 parameters{remark}"
