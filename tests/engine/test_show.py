"""Tests of printing: character by character as Flux prints."""

import numpy as np

from flux_gui import engine as flux


def test_one_layer() -> None:
    assert repr(flux.Dense(1, 1)) == "Dense(1 => 1)       # 2 parameters"
    assert repr(flux.Dense(5, 2, "tanh", bias=False)) == "Dense(5 => 2, tanh; bias=false)  # 10 parameters"
    assert repr(flux.Dense(2, 3, "sigmoid")) == "Dense(2 => 3, σ)    # 9 parameters"
    assert repr(flux.Softmax()) == "softmax"


def test_a_large_chain() -> None:
    expected = (
        "Chain(\n"
        "  Dense(784 => 2048, relu),             # 1_607_680 parameters\n"
        "  Dense(2048 => 10),                    # 20_490 parameters\n"
        ")                   # Total: 4 arrays, 1_628_170 parameters, 6.211 MiB."
    )
    assert repr(flux.Chain(flux.Dense(784, 2048, "relu"), flux.Dense(2048, 10))) == expected


def test_two_arrays_have_no_total_and_entries_without_parameters_no_remark() -> None:
    assert (
        repr(flux.Chain(flux.Dense(2, 2), flux.Softmax()))
        == "Chain(\n  Dense(2 => 2),                        # 6 parameters\n  softmax,\n)"
    )
    assert repr(flux.Chain(flux.softmax)) == "Chain(\n  softmax,\n)"


def test_chains_inside_are_opened() -> None:
    expected = (
        "Chain(\n"
        "  Chain(\n"
        "    Dense(2 => 3),                      # 9 parameters\n"
        "    Dense(3 => 3, relu),                # 12 parameters\n"
        "  ),\n"
        "  Dense(3 => 1),                        # 4 parameters\n"
        ")                   # Total: 6 arrays, 25 parameters, 100 bytes."
    )
    assert repr(flux.Chain(flux.Chain(flux.Dense(2, 3), flux.Dense(3, 3, "relu")), flux.Dense(3, 1))) == expected


def test_remarks() -> None:
    dense = flux.Dense(np.zeros((1, 1), np.float32))
    assert repr(dense) == "Dense(1 => 1)       # 2 parameters  (all zero)"
    dense.bias = [np.nan]
    assert repr(dense).endswith("(some NaN)")
    dense.bias = [np.inf]
    assert repr(dense).endswith("(some Inf)")


def test_sizes_in_kibibytes() -> None:
    assert repr(flux.Chain(flux.Dense(30, 10), flux.Dense(10, 1))).endswith("321 parameters, 1.254 KiB.")
    assert repr(flux.Chain(flux.Dense(30, 10, dtype=np.float64), flux.Dense(10, 1))).endswith("321 parameters, 2.508 KiB.")
