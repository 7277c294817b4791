"""What stands inside the layers of a typed network: numbers, yes and no, activations, start values and formulas."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from flux_gui.core.errors import FluxError, FormulaError, TextError
from flux_gui.core.registry import Entry, Hyper, Registry
from flux_gui.document.checks import check_choice
from flux_gui.document.numbers import whole
from flux_gui.document.registries import named
from flux_gui.document.text_syntax import Argument, Node, fault
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.initialisers import INITIALISERS
from flux_gui.specs import Choice

MAX_UNITS: Final = 10**9
_TRUTH: Final = {"true": True, "false": False}
_CALLED: Final = re.compile(r"\s*([^\W\d]\w*)\s*\(\s*([^\W\d]\w*)\s*,(.*)\)\s*\Z", re.DOTALL)
_SINGLE: Final = re.compile(r"(?<![\w.])(\d+\.?\d*|\.\d+)f([+-]?\d+)")
_PREFIX: Final = re.compile(r"(?<![\w.])(?:[A-Za-z_]\w*\.)+(?=[^\W\d])")
_DOTTED: Final = re.compile(r"\s\.(?=[-+*/^])|(?<=[\w)])\.(?=[-+*/^(])(?<!\d\.)")
_PYTHON: Final = {"GELU": "gelu_erf", "SiLU": "swish", "silu": "swish", "Identity": "identity", "LeakyReLU": "leakyrelu"}


@dataclass(frozen=True)
class Choices:
    """Reads the values in one text, whose places its errors name."""

    text: str

    def fail(self, node: Node, problem: str, hint: str) -> NoReturn:
        """Raise TextError at the place of `node`."""
        raise fault(self.text, problem, hint, node.start, node.stop)

    @contextlib.contextmanager
    def at(self, node: Node) -> Iterator[None]:
        """Give the place of `node` to an error that knows none."""
        try:
            yield
        except TextError:
            raise
        except FluxError as error:
            raise fault(self.text, error.message, error.hint, node.start, node.stop) from error

    def number(self, node: Node, what: str) -> float:
        """Return the number that stands at `node`; `what` begins the sentence when there is none."""
        if node.kind != "number":
            self.fail(node, f"{what} must be a number, got '{self.shown(node)}'.", "Write digits, for example 0.1.")
        return node.value

    def hyper(self, node: Node, hyper: Hyper, owner: str) -> float:
        """Return the number at `node` after comparing it with the range of a hyper-parameter."""
        with self.at(node):
            return hyper.check(self.number(node, hyper.spoken.capitalize()), owner)

    def size(self, node: Node, what: str) -> int:
        """Return the size at `node`, a whole number of at least 1."""
        with self.at(node):
            return whole(self.number(node, what), what, 1, MAX_UNITS, "Write a size such as 16.")

    def truth(self, node: Node, what: str) -> bool:
        """Return true or false."""
        if node.kind != "name" or node.text.lower() not in _TRUTH:
            self.fail(node, f"{what} must be true or false, got '{self.shown(node)}'.", "Write true or false.")
        return _TRUTH[node.text.lower()]

    def shown(self, node: Node) -> str:
        """Return how a part was typed, shortened."""
        typed = " ".join(self.text[node.start : node.stop].split())
        return typed if len(typed) <= 40 else typed[:37] + "..."

    # ------------------------------------------------------------------------------------------------- activations

    def activation(self, node: Node) -> Choice:
        """Return the activation that a name, a call with its numbers, or a function spells."""
        if node.kind == "function":
            return self._function(node)
        if node.kind not in ("name", "word", "call"):
            self.fail(node, f"An activation was expected, got '{self.shown(node)}'.", "Write its name, such as tanh.")
        with self.at(node):
            entry = named(ACTIVATIONS, _PYTHON.get(node.text, node.text))
            return self._checked(entry, self._values(entry, node.parts))

    def _function(self, node: Node) -> Choice:
        """Return `x -> leakyrelu(x, 0.2)` as that activation, any other function as a custom formula."""
        if len(node.names) != 1:
            self.fail(node, "An activation is a function of one number.", "Write one such as x -> x*sigmoid(x).")
        body = spelled(node.text, node.names[0])
        called = _CALLED.match(body)
        if called and called.group(2) == "x" and called.group(1) in ACTIVATIONS and ACTIVATIONS.get(called.group(1)).hypers:
            entry = ACTIVATIONS.get(called.group(1))
            return self._checked_at(node, entry, self._listed(node, entry, called.group(3)))
        with self.at(node):
            choice = Choice("custom", formula=body)
            check_choice(ACTIVATIONS, choice, ("x",))
        return choice

    def _listed(self, node: Node, entry: Entry, text: str) -> dict[str, float]:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if len(parts) > len(entry.hypers):
            self.fail(node, f"{entry.name} takes {len(entry.hypers)} numbers besides x, got {len(parts)}.", "Remove some.")
        found: dict[str, float] = {}
        for hyper, part in zip(entry.hypers, parts, strict=False):
            try:
                found[hyper.name] = float(part.partition("=")[2] or part)
            except ValueError:
                self.fail(
                    node, f"{hyper.spoken.capitalize()} of {entry.name} must be a number, got '{part}'.", "Write digits, such as 0.2."
                )
        return found

    def _checked_at(self, node: Node, entry: Entry, values: Mapping[str, float]) -> Choice:
        with self.at(node):
            return self._checked(entry, values)

    def _checked(self, entry: Entry, values: Mapping[str, float]) -> Choice:
        given = {hyper.name: values[hyper.name] for hyper in entry.hypers if values.get(hyper.name, hyper.default) != hyper.default}
        choice = Choice(entry.name, given, entry.formula if entry.custom else "")
        registry: Registry[Any] = ACTIVATIONS if entry.name in ACTIVATIONS else INITIALISERS
        check_choice(registry, choice, ("x",))
        return choice

    def _values(self, entry: Entry, arguments: tuple[Argument, ...]) -> dict[str, float]:
        """Return the numbers in a call such as `leakyrelu(a=0.2)`, by name or in order."""
        found: dict[str, float] = {}
        for index, argument in enumerate(arguments):
            if argument.name is None and index >= len(entry.hypers):
                known = ", ".join(hyper.name for hyper in entry.hypers) or "none"
                self.fail(argument.value, f"{entry.name} takes {len(entry.hypers)} settings.", f"Its settings: {known}.")
            with self.at(argument.value):
                hyper = entry.hypers[index] if argument.name is None else entry.hyper(argument.name)
            found[hyper.name] = self.hyper(argument.value, hyper, entry.name)
        return found

    # ------------------------------------------------------------------------------------- start values and formulas

    def initialiser(self, node: Node) -> Choice:
        """Return the start values that `init=` names: `kaiming_normal`, `kaiming_normal(gain=2)`."""
        if node.kind not in ("name", "word", "call"):
            self.fail(node, f"The name of start values was expected, got '{self.shown(node)}'.", "For example init=kaiming_uniform.")
        with self.at(node):
            entry = INITIALISERS.get(node.text)
            return self._checked(entry, self._values(entry, node.parts))

    def formula(self, node: Node, name: str = "x") -> str:
        """Return a formula in `x` as this program writes it; what it may contain is checked by whoever takes it."""
        return spelled(node.text, name)

    def parsed(self, node: Node, text: str, variables: tuple[str, ...]) -> None:
        """Raise TextError unless `text`, which stands at `node`, is a formula of these variables."""
        from flux_gui.engine.expressions import function

        with self.at(node):
            if len(text) == 0:
                raise FormulaError("The formula is empty.", "Write one such as a*x + b.")
            function(text, variables, "a*x + b")


def spelled(text: str, name: str = "x") -> str:
    """Return a formula of Julia or Python as one of this program: `x .* Flux.sigmoid(1.702f0 * x)` as `x * sigmoid(1.702 * x)`."""
    text = _SINGLE.sub(lambda found: found.group(1) + (f"e{found.group(2)}" if int(found.group(2)) else ""), text)
    text = _DOTTED.sub(lambda found: " " * found.group().startswith(" "), _PREFIX.sub("", text)).replace("σ(", "sigmoid(").replace("ℯ", "e")
    return re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w)", "x", text).strip() if name != "x" else text.strip()
