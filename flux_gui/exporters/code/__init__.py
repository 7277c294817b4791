"""The model as source text: one registry table of the languages, each a function from a project to a program."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flux_gui.core.registry import Entry, Registry
from flux_gui.exporters.code import flux_jl, flux_py, numpy_script, pytorch
from flux_gui.exporters.code.facts import MAX_WRITTEN, Facts
from flux_gui.exporters.contents import Exportable, parameters

__all__ = ["CODES", "MAX_WRITTEN", "CodeEntry", "can_hold_weights", "source"]


@dataclass(frozen=True)
class CodeEntry(Entry):
    """A language: `function(facts)` returns the program as text; `extension` is that of its files."""

    extension: str = ".py"
    syntax: str = "python"  # or "julia": how the window colours it


CODES: Final[Registry[CodeEntry]] = Registry("language")


def _add(name: str, function: Callable[[Facts], str], label: str, doc: str, extension: str = ".py", syntax: str = "python") -> None:
    CODES.add(CodeEntry(name, function, label, doc, extension=extension, syntax=syntax))


_add(
    "flux_jl",
    flux_jl.write,
    "Flux.jl",
    "Julia: the Chain, loss, rules and training loop. Its Chain can be pasted back here.",
    ".jl",
    "julia",
)
_add("flux_py", flux_py.write, "Python", "With the library of this program, which is Flux's: the model, its training, predictions.")
_add("pytorch", pytorch.write, "PyTorch", "The same layers as a module, its training loop, predictions from raw columns.")
_add("numpy", numpy_script.write, "NumPy", "From the raw columns of a table to predictions, with nothing but NumPy.")


def can_hold_weights(project: Exportable) -> bool:
    """Return whether the network is small enough for its numbers to be written into a program."""
    return sum(array.size for array in parameters(project).values()) <= MAX_WRITTEN


def source(project: Exportable, language: str, weights: bool = True) -> str:
    """Return the model as a program in `language`, with what it has learned if `weights`; FormatError for too large a network."""
    facts = Facts(project, weights)
    facts.check()
    text: str = CODES.get(language).function(facts)
    return text
