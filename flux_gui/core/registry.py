"""Registries: ordered tables of named entries that drive widgets, help, terminal, exporters and tests."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite
from numbers import Real
from typing import Any, Generic, TypeVar

from flux_gui.core.errors import SettingError


@dataclass(frozen=True)
class Hyper:
    """One numeric hyper-parameter: default, allowed interval (ends included unless `open_low`), scale of its widget, meaning."""

    name: str
    default: float
    low: float
    high: float
    doc: str
    label: str = ""
    scale: str = "linear"  # or "log": steps multiply
    open_low: bool = False  # low itself is not allowed
    integer: bool = False
    advanced: bool = False  # rarely changed: the window folds it away
    boolean: bool = False  # 0 means no and 1 yes: the window shows a switch

    @property
    def spoken(self) -> str:
        """What a sentence calls it: the word of the window and the terminal, with the name in code behind it if that differs."""
        word = self.label.lower() or self.name
        return word if word == self.name else f"{word} ({self.name})"

    def check(self, value: Any, owner: str) -> float:
        """Return `value` as a float, or raise SettingError naming owner, what is allowed, and value. True and False are for switches."""
        usual = f"The usual value is {self.default:g}."
        if (isinstance(value, bool) and not self.boolean) or not isinstance(value, Real):
            raise SettingError(f"{owner}: {self.spoken} must be a number, got {value!r}.", usual)
        try:
            number = float(value)
        except OverflowError:  # a whole number of hundreds of digits
            number = inf
        below = number <= self.low if self.open_low else number < self.low
        if not isfinite(number) or below or number > self.high:
            least = "above" if self.open_low else "of at least"
            allowed = f"{least} {self.low:g} and at most {self.high:g}"
            raise SettingError(f"{owner}: {self.spoken} must be a number {allowed}, got {number:g}.", usual)
        if (self.integer or self.boolean) and number != int(number):
            kind = "0 (no) or 1 (yes)" if self.boolean else "a whole number"
            raise SettingError(f"{owner}: {self.spoken} must be {kind}, got {number:g}.", usual)
        return number


@dataclass(frozen=True)
class Option:
    """A setting that is one of several words; `registry` names the table it chooses from, else `options` lists (key, label, doc)."""

    name: str
    default: str
    doc: str
    label: str = ""
    registry: str = ""  # "activation" or "initialiser"
    options: tuple[tuple[str, str, str], ...] = ()
    advanced: bool = False


@dataclass(frozen=True)
class Switch:
    """A setting that is on or off."""

    name: str
    default: bool
    doc: str
    label: str = ""
    advanced: bool = False


@dataclass(frozen=True)
class Text:
    """A setting that is a text, such as a formula."""

    name: str
    default: str
    doc: str
    label: str = ""
    advanced: bool = False


Setting = Hyper | Option | Switch | Text


@dataclass(frozen=True)
class Entry:
    """One row of a registry: the function and everything the window, the help and the exporters say about it."""

    name: str
    function: Callable[..., Any]
    label: str
    doc: str
    formula: str = ""
    hypers: tuple[Hyper, ...] = ()
    aliases: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # the same thing in "flux", "pytorch", "onnx"
    in_window: bool = True  # False: usable from the library only
    custom: bool = False  # the user writes the formula: `function` takes it as the keyword `formula`

    def hyper(self, name: str) -> Hyper:
        """Return the hyper-parameter `name`, or raise SettingError listing those that exist."""
        for hyper in self.hypers:
            if hyper.name == name:
                return hyper
        known = ", ".join(h.name for h in self.hypers) or "none"
        raise SettingError(f"{self.name} has no setting '{name}'.", f"Its settings: {known}.")

    def values(self, given: Mapping[str, float] | None = None) -> dict[str, float]:
        """Return all hyper-parameter values: the defaults overridden by `given`, each checked."""
        result = {hyper.name: hyper.default for hyper in self.hypers}
        for name, value in (given or {}).items():
            result[name] = self.hyper(name).check(value, self.name)
        return result


E = TypeVar("E", bound=Entry)


class Registry(Generic[E]):
    """An ordered table of entries, found by name or alias without regard to case."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, E] = {}
        self._keys: dict[str, E] = {}

    def add(self, entry: E) -> E:
        """Append `entry`; a name or alias already taken is a programming error (ValueError)."""
        for key in (entry.name, *entry.aliases):
            if key.lower() in self._keys:
                raise ValueError(f"{self.kind} '{key}' is registered twice")
            self._keys[key.lower()] = entry
        self._entries[entry.name] = entry
        return entry

    def get(self, name: str) -> E:
        """Return the entry called `name`; an unknown name raises SettingError with the nearest known one."""
        entry = self._keys.get(name.strip().lower())
        if entry is not None:
            return entry
        near = difflib.get_close_matches(name.strip().lower(), self._keys, n=1, cutoff=0.5)
        hint = f"Did you mean '{self._keys[near[0]].name}'?" if near else f"Known: {', '.join(self._entries)}."
        raise SettingError(f"There is no {self.kind} called '{name}'.", hint)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.strip().lower() in self._keys

    def __iter__(self) -> Iterator[E]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def names(self) -> list[str]:
        """Return all names in order of registration."""
        return list(self._entries)

    def in_window(self) -> list[E]:
        """Return the entries that the window offers."""
        return [entry for entry in self if entry.in_window]
