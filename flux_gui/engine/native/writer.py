"""Lines of a function in LLVM's language: named values, loops, and memory through a table of addresses."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from flux_gui.engine.native.statements import View


class Loop(NamedTuple):
    """A loop of the text: the name of its counter, its label, its length, and the line where it begins."""

    counter: str
    label: str = ""
    length: int = 1
    head: int = 0


ONCE: Final = Loop("0")  # in place of a loop of one turn


class Writer:
    """Collects the lines of one function; `notes` and `declared` belong to the whole text."""

    def __init__(self, notes: list[str], declared: set[str]) -> None:
        self.addresses: dict[int, int] = {}  # address -> its place in the table
        self.lines: list[str] = []
        self.pointers: list[str] = []
        self.notes, self.declared = notes, declared
        self.count = 0
        self.label = "entry"

    def new(self, line: str) -> str:
        self.count += 1
        name = f"%v{self.count}"
        self.lines.append(f"  {name} = {line}")
        return name

    def base(self, view: View) -> str:
        """Return the name of a view's pointer, loaded from the table at the start of the function."""
        if view.address not in self.addresses:
            place = self.addresses[view.address] = len(self.addresses)
            self.pointers.append(f"  %a{place} = getelementptr ptr, ptr %t, i64 {place}")
            self.pointers.append(f"  %p{place} = load ptr, ptr %a{place}")
        return f"%p{self.addresses[view.address]}"

    def at(self, view: View, offset: str) -> str:
        """Return the pointer so many bytes behind the start of a view."""
        return self.base(view) if offset == "0" else self.new(f"getelementptr i8, ptr {self.base(view)}, i64 {offset}")

    def load(self, view: View, offset: str, note: str = "") -> str:
        return self.new(f"load {view.kind}, ptr {self.at(view, offset)}, align {view.width}{note}")

    def store(self, view: View, offset: str, value: str, note: str = "") -> None:
        self.lines.append(f"  store {view.kind} {value}, ptr {self.at(view, offset)}, align {view.width}{note}")

    def offset(self, strides: Iterable[int], indices: Iterable[str]) -> str:
        """Return strides times indices, in bytes, as the name of a number."""
        total = ""
        for stride, index in zip(strides, indices, strict=True):
            if stride:
                part = self.new(f"mul i64 {index}, {stride}")
                total = self.new(f"add i64 {total}, {part}") if total else part
        return total or "0"

    def open(self, length: int) -> Loop:
        """Begin a loop over 0, 1, ... `length` - 1."""
        self.count += 1
        label, before = f"loop{self.count}", self.label
        self.lines += [f"  br label %{label}", f"{label}:"]
        counter = f"%i{self.count}"
        self.lines.append(f"  {counter} = phi i64 [ 0, %{before} ]")
        self.label = label
        return Loop(counter, label, length, len(self.lines) - 1)

    def close(self, loop: Loop, note: str = "") -> None:
        """End a loop."""
        counter, label, length = loop.counter, loop.label, loop.length
        self.lines.append(f"  {counter}n = add i64 {counter}, 1")
        self.lines.append(f"  {counter}c = icmp eq i64 {counter}n, {length}")
        self.lines[loop.head] += f", [ {counter}n, %{self.label} ]"
        out = f"{label}out"
        self.lines += [f"  br i1 {counter}c, label %{out}, label %{label}{note}", f"{out}:"]
        self.label = out

    def parallel(self) -> tuple[str, str]:
        """Return the notes at memory accesses and at the branch that say that turns of a loop do not touch each other's memory."""
        first = len(self.notes)
        self.notes += [
            f"!{first} = distinct !{{}}",
            f'!{first + 1} = !{{!"llvm.loop.parallel_accesses", !{first}}}',
            f"!{first + 2} = distinct !{{!{first + 2}, !{first + 1}}}",
        ]
        return f", !llvm.access.group !{first}", f", !llvm.loop !{first + 2}"

    def extreme(self, name: str, kind: str, a: str, b: str) -> str:
        """Return the larger or smaller number; NaN where either is NaN, as in numpy."""
        test = self.new(f"fcmp {'oge' if name == 'maximum' else 'ole'} {kind} {a}, {b}")
        lost = self.new(f"fcmp uno {kind} {a}, {a}")
        first = self.new(f"or i1 {test}, {lost}")
        return self.new(f"select i1 {first}, {kind} {a}, {kind} {b}")

    def plus(self, a: str, b: str) -> str:
        """Return the sum of two numbers of bytes."""
        if a == "0" or b == "0":
            return b if a == "0" else a
        return self.new(f"add i64 {a}, {b}")
