"""The compiler: LLVM through llvmlite, loaded when the first plan needs it."""

import ctypes
import ctypes.util
import os
import sys
from collections.abc import Callable
from functools import cache
from typing import Any, Final

_LIBRARY: Final = ("exp", "expm1", "log", "log1p", "tanh", "sin", "cos", "tan", "sinh", "cosh", "pow")


class Code:
    """Compiled functions; their memory lives as long as this object."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def address(self, name: str) -> int:
        """Return where a function begins."""
        return int(self._engine.get_function_address(name))


@cache
def available() -> bool:
    """Whether plans can be compiled here: llvmlite is there, its functions are found, and FLUX_NATIVE is not 0."""
    if os.environ.get("FLUX_NATIVE", "1") == "0":
        return False
    try:
        made = compile_text("define i64 @answer() {\n  ret i64 42\n}\n")  # some systems forbid memory that is written and run
        return bool(ctypes.CFUNCTYPE(ctypes.c_int64)(made.address("answer"))() == 42)
    except (ImportError, OSError, AttributeError, RuntimeError):
        return False


def compile_text(text: str) -> Code:
    """Return the functions of a module, compiled for this processor."""
    import llvmlite.binding as llvm

    module = llvm.parse_assembly(text)
    target = _machine()()  # the engine takes it over
    options = llvm.create_pipeline_tuning_options(speed_level=1)
    options.loop_vectorization, options.loop_unrolling = True, False
    builder = llvm.create_pass_builder(target, options)
    builder.getModulePassManager().run(module, builder)
    engine = llvm.create_mcjit_compiler(module, target)
    engine.finalize_object()
    return Code(engine)


@cache
def _machine() -> Callable[[], Any]:
    """Return what makes a description of this processor for the compiler."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    library = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else ctypes.util.find_library("m"))
    for name in (part + ending for part in _LIBRARY for ending in ("", "f")):
        address = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
        llvm.add_symbol(name, address)
    target = llvm.Target.from_default_triple()
    features, processor = llvm.get_host_cpu_features().flatten(), llvm.get_host_cpu_name()
    return lambda: target.create_target_machine(cpu=processor, features=features, opt=2, jit=True)
