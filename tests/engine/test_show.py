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
    assert repr(flux.Chain(flux.softmax)) == "Chain(softmax)"  # nothing but functions stays on one line
    assert repr(flux.Chain()) == "Chain()"


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
    assert repr(flux.Chain(flux.Dense(30, 10), flux.Dense(10, 1), dtype=np.float64)).endswith("321 parameters, 2.508 KiB.")


def test_what_is_not_trained_is_told_apart() -> None:
    chain = flux.Chain(flux.Dense(2, 3, "tanh"), flux.BatchNorm(3), flux.Dense(3, 2))
    expected = (
        "Chain(\n"
        "  Dense(2 => 3, tanh),                  # 9 parameters\n"
        "  BatchNorm(3),                         # 6 parameters, plus 6\n"
        "  Dense(3 => 2),                        # 8 parameters\n"
        ")         # Total: 6 trainable arrays, 23 parameters,\n"
        "          # plus 2 non-trainable, 6 parameters, summarysize 116 bytes."
    )
    assert repr(chain) == expected
    assert repr(flux.BatchNorm(3)) == "BatchNorm(3)        # 6 parameters, plus 6 non-trainable"


def test_named_layers_and_layers_in_layers() -> None:
    model = flux.Chain(
        lay=flux.Dense(2, 3),
        skip=flux.SkipConnection(flux.Chain(flux.Dense(3, 3, "relu"), flux.Dropout(0.4)), "add"),
        both=flux.Parallel("concatenate", left=flux.Dense(3, 1), right=flux.softmax),
        most=flux.Maxout(flux.Dense(4, 1), flux.Dense(4, 1)),
    )
    expected = (
        "Chain(\n"
        "  lay = Dense(2 => 3),                  # 9 parameters\n"
        "  skip = SkipConnection(\n"
        "    Chain(\n"
        "      Dense(3 => 3, relu),              # 12 parameters\n"
        "      Dropout(0.4, active=true),\n"
        "    ),\n"
        "    +,\n"
        "  ),\n"
        "  both = Parallel(\n"
        "    vcat,\n"
        "    left = Dense(3 => 1),               # 4 parameters\n"
        "    right = softmax,\n"
        "  ),\n"
        "  most = Maxout(\n"
        "    Dense(4 => 1),                      # 5 parameters\n"
        "    Dense(4 => 1),                      # 5 parameters\n"
        "  ),\n"
        ")                   # Total: 10 arrays, 35 parameters, 140 bytes."
    )
    assert repr(flux.trainmode(model)) == expected
    flux.testmode(model, "auto")
    assert flux.Chain(lay=flux.Dense(2, 3)).describe() == "Chain(lay = Dense(2 => 3))"
    assert repr(flux.Maxout(flux.square, flux.relu)) == "Maxout(square, relu)"


def test_norms_and_dropout_on_one_line() -> None:
    assert repr(flux.Dropout(0.4)) == "Dropout(0.4)"
    assert repr(flux.trainmode(flux.Dropout(0.4))) == "Dropout(0.4, active=true)"
    assert repr(flux.testmode(flux.AlphaDropout(1))) == "AlphaDropout(1.0, active=false)"
    assert repr(flux.LayerNorm(3, "relu")) == "LayerNorm(3, relu)  # 6 parameters"
    assert repr(flux.BatchNorm(3, affine=False)) == "BatchNorm(3, affine=false)"
    assert repr(flux.Scale(3, "sigmoid", bias=False)) == "Scale(3, σ; bias=false)  # 3 parameters"
    assert repr(flux.Embedding(26, 4)) == "Embedding(26 => 4)  # 104 parameters"
