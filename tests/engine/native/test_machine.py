"""Tests of the compiler's door: it can be shut, and its absence is no error."""

import subprocess
import sys
from typing import Any

import pytest

from flux_gui.engine.native import machine

PROGRAM = """
import sys
BLOCK
import numpy as np
from flux_gui import engine as flux
from flux_gui.engine.native import available
model = flux.Chain(flux.Dense(1, 1, seed=0))
data = [(np.ones((3, 1), np.float32), np.ones((3, 1), np.float32))]
flux.train(lambda m, x, y: flux.losses.mse(m(x), y), model, data * 5, flux.Descent(0.1))
print(available(), "llvmlite" in sys.modules, abs(float(model(data[0][0])[0, 0]) - 1) < 0.5)
"""


@pytest.mark.parametrize(
    ("block", "environment"),
    [("sys.modules['llvmlite'] = sys.modules['llvmlite.binding'] = None", {}), ("", {"FLUX_NATIVE": "0"})],
    ids=["without llvmlite", "switched off"],
)
def test_training_goes_on_without_the_compiler(block: str, environment: dict[str, str], tmp_path: Any) -> None:
    import os

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("BLOCK", block)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] == "False"
    assert done.stdout.split()[2] == "True"


def test_importing_the_engine_does_not_load_the_compiler() -> None:
    program = "import sys; import flux_gui.engine; import flux_gui.cli; print('llvmlite' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "False", done.stderr


@pytest.mark.skipif(not machine.available(), reason="llvmlite is not here")
def test_a_text_becomes_a_function() -> None:
    import ctypes

    code = machine.compile_text("define i64 @twice(i64 %x) {\n  %y = add i64 %x, %x\n  ret i64 %y\n}\n")
    assert ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(code.address("twice"))(21) == 42
