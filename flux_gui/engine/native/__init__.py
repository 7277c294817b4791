"""Machine code for small plans: a list of bound numpy calls becomes one call of a compiled function that does the same.

A step of a small net is a few dozen numpy calls that each work for nanoseconds and cost a quarter of a microsecond; compiled, the
whole step takes less than one. What a call means is in `statements`, its text for the compiler in `code`, the compiler (LLVM, through
llvmlite) in `machine`. Where llvmlite is missing, or FLUX_NATIVE=0 is set, plans run on numpy as they are.

Whether a call is translated depends on the call alone, and each is translated to the same operations in the same order wherever it
stands: so the numbers of a plan do not depend on how its calls are grouped.
"""

from flux_gui.engine.native.bursts import Burst, Epochs, burst
from flux_gui.engine.native.machine import available
from flux_gui.engine.native.plans import compiled, cost

__all__ = ["Burst", "Epochs", "available", "burst", "compiled", "cost"]
