"""Arguments: types, values that begin with a minus sign, complaints."""

import pytest

from flux_gui.cli import arguments
from flux_gui.core.errors import DeviceError, SettingError
from flux_gui.specs import Range, SplitSpec


def test_types() -> None:
    assert arguments.sizes("64, 32") == (64, 32)
    assert arguments.sizes("") == ()
    assert arguments.sizes("-3") == (-3,)  # refused later, with the layer's place
    assert arguments.fractions("0.7,0.2,0.1") == SplitSpec(0.7, 0.2, 0.1)
    assert arguments.span("range")("0:5:0.5") == Range(0, 5, 0.5)
    assert arguments.whole("x")("7") == 7
    assert arguments.decimal("x")("-1e-3") == -0.001


@pytest.mark.parametrize(
    ("convert", "text"),
    [
        (arguments.sizes, "64,,32"),
        (arguments.sizes, "wide"),
        (arguments.sizes, "1.5"),
        (arguments.fractions, "0.7,0.3"),
        (arguments.fractions, "a,b,c"),
        (arguments.whole("seed"), "1e3"),
        (arguments.decimal("rate"), "0,1"),
        (arguments.span("range"), "0-5"),
    ],
)
def test_wrong_values(convert: object, text: str) -> None:
    assert callable(convert)
    with pytest.raises(SettingError) as caught:
        convert(text)
    assert caught.value.hint


def test_values_may_begin_with_a_minus_sign() -> None:
    assert arguments.joined(["--formula", "-x", "--train", "-5:5", "-h"]) == ["--formula=-x", "--train=-5:5", "-h"]
    assert arguments.joined(["--formula", "--train", "0:5"]) == ["--formula", "--train", "0:5"]
    assert arguments.joined(["--out", "-x"]) == ["--out", "-x"]


def test_devices() -> None:
    for name in ("auto", "cpu"):
        arguments.check_device(name)
    for name in ("gpu", "gpu:1"):
        with pytest.raises(DeviceError, match=name):
            arguments.check_device(name)
    for name in ("gpu:x", "abacus"):
        with pytest.raises(SettingError, match=name):
            arguments.check_device(name)
