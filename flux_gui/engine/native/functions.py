"""exp and tanh of float32 as text for the compiler: without branches, so that many elements are computed side by side.

Both cut x into n ln 2 + r with |r| <= ln 2 / 2 and add up the series of exp(r) - 1 to the seventh power, whose rest is below a tenth of
the last digit; the result is right to about two units of the last digit, as numpy's are. NaN stays NaN.
"""

import math
import struct
from typing import Final

OWN: Final = frozenset(("exp", "tanh"))
DECLARED: Final = ("float @llvm.rint.f32(float)", "i32 @llvm.fptosi.sat.i32.f32(float)")
"""What the definitions call."""
_TERMS = 7


def bits(value: float, kind: str = "float") -> str:
    """Return a number as the compiler wants it: its bits, rounded to the kind."""
    rounded = struct.unpack("f", struct.pack("f", value))[0] if kind == "float" else value
    return f"0x{struct.unpack('Q', struct.pack('d', rounded))[0]:016X}"


def function_text(name: str) -> str:
    """Return the definitions of `@exp_float` or `@tanh_float` and what they need."""
    return _TEXTS[name]()


def _reduced(x: str, low: float, high: float) -> str:
    """Return lines that leave %q = exp(r) - 1 and %k = n for the number `x`, kept within `low` and `high`."""
    high_part = struct.unpack("f", struct.pack("I", struct.unpack("I", struct.pack("f", math.log(2)))[0] & 0xFFFFF000))[0]
    lines = f"""
  %below = fcmp olt float {x}, {bits(low)}
  %xl = select i1 %below, float {bits(low)}, float {x}
  %above = fcmp ogt float %xl, {bits(high)}
  %xc = select i1 %above, float {bits(high)}, float %xl
  %scaled = fmul float %xc, {bits(1 / math.log(2))}
  %n = call float @llvm.rint.f32(float %scaled)
  %nh = fmul float %n, {bits(high_part)}
  %nl = fmul float %n, {bits(math.log(2) - high_part)}
  %r1 = fsub float %xc, %nh
  %r = fsub float %r1, %nl
  %k = call i32 @llvm.fptosi.sat.i32.f32(float %n)
  %h{_TERMS} = fadd float {bits(1 / math.factorial(_TERMS))}, 0.0"""
    for power in range(_TERMS - 1, 1, -1):  # Horner's rule down to r^2
        lines += f"\n  %m{power} = fmul float %h{power + 1}, %r\n  %h{power} = fadd float %m{power}, {bits(1 / math.factorial(power))}"
    return lines + "\n  %rr = fmul float %r, %r\n  %tail = fmul float %h2, %rr\n  %q = fadd float %r, %tail"


def _power_of_two(name: str, exponent: str) -> str:
    """Return lines that leave in %`name` two to a whole power within -126 and 127."""
    return f"\n  %{name}b = add i32 {exponent}, 127\n  %{name}s = shl i32 %{name}b, 23\n  %{name} = bitcast i32 %{name}s to float"


def _exp() -> str:
    half = "\n  %ka = ashr i32 %k, 1\n  %kb = sub i32 %k, %ka" + _power_of_two("pa", "%ka") + _power_of_two("pb", "%kb")
    return (
        "define internal float @exp_float(float %x) alwaysinline nounwind {"
        + _reduced("%x", -104.0, 89.0)
        + half  # two factors, as one alone would leave out the smallest numbers
        + "\n  %e = fadd float %q, 1.0\n  %ea = fmul float %e, %pa\n  %eb = fmul float %ea, %pb\n  ret float %eb\n}"
    )


def _tanh() -> str:
    return (
        "define internal float @tanh_float(float %y) alwaysinline nounwind {\n  %x = fadd float %y, %y"
        + _reduced("%x", -40.0, 40.0)
        + _power_of_two("p", "%k")  # exp(2 y) - 1 = 2^n (exp(r) - 1) + (2^n - 1), exact for small y
        + "\n  %pm = fsub float %p, 1.0\n  %pq = fmul float %p, %q\n  %em = fadd float %pq, %pm\n  %below2 = fadd float %em, 2.0"
        + "\n  %t = fdiv float %em, %below2\n  ret float %t\n}"
    )


_TEXTS = {"exp": _exp, "tanh": _tanh}
