"""The text of compiled functions, in LLVM's language, from statements over memory.

Each function gets a table of addresses, so that one function serves all plans of the same shape. Neighbouring element-wise statements
over equally long stretches become one loop: what one writes, the next has at hand. What is overwritten before it is read again is not
written at all. Products and sums are added up in an order that is written out, so that no compiler can choose another.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from flux_gui.engine.native.functions import DECLARED, OWN, bits, function_text
from flux_gui.engine.native.grouping import grouped
from flux_gui.engine.native.statements import CALCULATED, Elementwise, Product, Reduction, Statement, View, views

LANES: Final = 8  # numbers added side by side in a long sum
Term = Callable[[str, bool], str]  # (index, whether it is a known number) -> the value of a term
_ONE_LINE = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}
_COMPARED = {"greater": "ogt", "greater_equal": "oge", "equal": "oeq"}


class Loop(NamedTuple):
    """A loop of the text: the name of its counter, its label, its length, and the line where it begins."""

    counter: str
    label: str = ""
    length: int = 1
    head: int = 0


ONCE: Final = Loop("0")  # in place of a loop of one turn


class Module:
    """The text of several functions, called "step0", "step1" and so on."""

    def __init__(self, pieces: Sequence[Sequence[Statement]]) -> None:
        self.notes: list[str] = []
        self.declared: set[str] = set()
        self.helpers: set[str] = set()
        self.functions = [Function(statements, self) for statements in pieces]

    @property
    def text(self) -> str:
        """The whole text."""
        declared = [f"declare {line}" for line in sorted(self.declared)]
        defined = [function.text(f"step{i}") for i, function in enumerate(self.functions)]
        helpers = [function_text(name) for name in sorted(self.helpers)]
        return "\n".join([*declared, *helpers, *defined, *self.notes, ""])


class Function:
    """The text of one function `void @name(ptr %t)`, and the addresses that its table must hold."""

    def __init__(self, statements: Sequence[Statement], module: Module) -> None:
        self.addresses: dict[int, int] = {}  # address -> its place in the table
        self._lines: list[str] = []
        self._pointers: list[str] = []
        self._notes, self._functions, self._helpers = module.notes, module.declared, module.helpers
        self._count = 0
        self._label = "entry"
        for group, dead in grouped(statements):
            first = group[0]
            if isinstance(first, Product):
                self._product(first)
            elif isinstance(first, Reduction):
                self._reduction(first)
            else:
                self._elementwise([one for one in group if isinstance(one, Elementwise)], dead)

    def text(self, name: str) -> str:
        """Return the definition of the function."""
        body = "\n".join([*self._pointers, *self._lines, "  ret void"])
        return f"define void @{name}(ptr noalias readonly %t) noinline nounwind {{\nentry:\n{body}\n}}"

    # --- pieces ---------------------------------------------------------------------------------------------------

    def _new(self, line: str) -> str:
        self._count += 1
        name = f"%v{self._count}"
        self._lines.append(f"  {name} = {line}")
        return name

    def _base(self, view: View) -> str:
        """Return the name of a view's pointer, loaded from the table at the start of the function."""
        if view.address not in self.addresses:
            place = self.addresses[view.address] = len(self.addresses)
            self._pointers.append(f"  %a{place} = getelementptr ptr, ptr %t, i64 {place}")
            self._pointers.append(f"  %p{place} = load ptr, ptr %a{place}")
        return f"%p{self.addresses[view.address]}"

    def _at(self, view: View, offset: str) -> str:
        """Return the pointer so many bytes behind the start of a view."""
        return self._base(view) if offset == "0" else self._new(f"getelementptr i8, ptr {self._base(view)}, i64 {offset}")

    def _load(self, view: View, offset: str, note: str = "") -> str:
        return self._new(f"load {view.kind}, ptr {self._at(view, offset)}, align {view.width}{note}")

    def _store(self, view: View, offset: str, value: str, note: str = "") -> None:
        self._lines.append(f"  store {view.kind} {value}, ptr {self._at(view, offset)}, align {view.width}{note}")

    def _offset(self, strides: Iterable[int], indices: Iterable[str]) -> str:
        """Return strides times indices, in bytes, as the name of a number."""
        total = ""
        for stride, index in zip(strides, indices, strict=True):
            if stride:
                part = self._new(f"mul i64 {index}, {stride}")
                total = self._new(f"add i64 {total}, {part}") if total else part
        return total or "0"

    def _open(self, length: int) -> Loop:
        """Begin a loop over 0, 1, ... `length` - 1."""
        self._count += 1
        label, before = f"loop{self._count}", self._label
        self._lines += [f"  br label %{label}", f"{label}:"]
        counter = f"%i{self._count}"
        self._lines.append(f"  {counter} = phi i64 [ 0, %{before} ]")
        self._label = label
        return Loop(counter, label, length, len(self._lines) - 1)

    def _close(self, loop: Loop, note: str = "") -> None:
        """End a loop."""
        counter, label, length = loop.counter, loop.label, loop.length
        self._lines.append(f"  {counter}n = add i64 {counter}, 1")
        self._lines.append(f"  {counter}c = icmp eq i64 {counter}n, {length}")
        self._lines[loop.head] += f", [ {counter}n, %{self._label} ]"
        out = f"{label}out"
        self._lines += [f"  br i1 {counter}c, label %{out}, label %{label}{note}", f"{out}:"]
        self._label = out

    def _parallel(self) -> tuple[str, str]:
        """Return the notes at memory accesses and at the branch that say that turns of a loop do not touch each other's memory."""
        first = len(self._notes)
        self._notes += [
            f"!{first} = distinct !{{}}",
            f'!{first + 1} = !{{!"llvm.loop.parallel_accesses", !{first}}}',
            f"!{first + 2} = distinct !{{!{first + 2}, !{first + 1}}}",
        ]
        return f", !llvm.access.group !{first}", f", !llvm.loop !{first + 2}"

    # --- element by element ---------------------------------------------------------------------------------------

    def _elementwise(self, group: list[Elementwise], dead: set[int]) -> None:
        shape = group[0].out.shape
        if len(shape) == 2:
            self._table(group[0])
            return
        single = [view for one in group for view in views(one) if not any(view.strides)]
        if not shape:
            self._run(group, dead, {}, "0", "")
            return
        known = {(view.address, 0): self._load(view, "0") for view in dict.fromkeys(single)}
        access, end = self._parallel()
        loop = self._open(shape[0])
        self._run(group, dead, known, loop.counter, access)
        self._close(loop, end)

    def _run(self, group: list[Elementwise], dead: set[int], known: dict[tuple[int, int], str], index: str, note: str) -> None:
        """Emit one turn of a loop over `group`; `known` values by (address, stride)."""
        for one in group:
            values = []
            for view in one.inputs:
                key = (view.address, view.strides[0] if view.strides else 0)
                if key not in known:
                    known[key] = self._load(view, self._offset(view.strides, (index,) * len(view.strides)), note)
                values.append(self._converted(view, known[key], one))
            result = self._calculate(one.name, values, one.inputs[-1].kind if one.name != "select" else one.out.kind, one.out.kind)
            out = one.out
            known[out.address, out.strides[0] if out.strides else 0] = result
            if id(one) not in dead:
                self._store(out, self._offset(out.strides, (index,) * len(out.strides)), result, note)

    def _table(self, one: Elementwise) -> None:
        rows, columns = one.out.shape
        outer = self._open(rows)
        inner = self._open(columns)
        indices = (outer.counter, inner.counter)
        values = [self._converted(v, self._load(v, self._offset(v.strides, indices)), one) for v in one.inputs]
        kind = one.inputs[-1].kind if one.name != "select" else one.out.kind
        self._store(one.out, self._offset(one.out.strides, indices), self._calculate(one.name, values, kind, one.out.kind))
        self._close(inner)
        self._close(outer)

    def _converted(self, view: View, value: str, one: Elementwise) -> str:
        """Return a truth value as the number 0 or 1 where numbers are combined."""
        if view.kind != "i8" or one.out.kind == "i8" or one.name == "select":
            return value
        return self._new(f"uitofp i8 {value} to {one.out.kind}")

    def _calculate(self, name: str, values: list[str], kind: str, out: str) -> str:
        """Return the value of one function; `kind` is that of its inputs as they lie in memory, `out` that of its result."""
        number = out if out != "i8" else kind
        if name in _ONE_LINE:
            return self._new(f"{_ONE_LINE[name]} {number} {values[0]}, {values[1]}")
        if name in _COMPARED:
            return self._new(f"zext i1 {self._new(f'fcmp {_COMPARED[name]} {number} {values[0]}, {values[1]}')} to i8")
        if name in ("logical_and", "logical_or"):
            return self._new(f"{name.removeprefix('logical_')} i8 {values[0]}, {values[1]}")
        if name == "logical_not":
            return self._new(f"xor i8 {values[0]}, 1")
        if name == "select":
            chosen = self._new(f"icmp ne i8 {values[0]}, 0")
            return self._new(f"select i1 {chosen}, {number} {values[1]}, {number} {values[2]}")
        if name in ("maximum", "minimum"):
            return self._extreme(name, number, *values)
        if name in OWN and number == "float":
            self._helpers.add(name)
            self._functions.update(DECLARED)
            return self._new(f"call float @{name}_float(float {values[0]})")
        if name in CALCULATED:
            return self._logaddexp(number, *values) if name == "logaddexp" else self._library(_LIBRARY.get(name, name), number, values)
        return self._unary(name, number, values[0])

    def _unary(self, name: str, kind: str, x: str) -> str:
        if name == "copy":
            return x
        if name == "negative":
            return self._new(f"fneg {kind} {x}")
        if name == "square":
            return self._new(f"fmul {kind} {x}, {x}")
        if name == "sign":
            above, below = (self._new(f"fcmp {test} {kind} {x}, {bits(0.0, kind)}") for test in ("ogt", "olt"))
            zero = self._new(f"fcmp oeq {kind} {x}, {bits(0.0, kind)}")
            rest = self._new(f"select i1 {zero}, {kind} {bits(0.0, kind)}, {kind} {x}")  # NaN stays
            rest = self._new(f"select i1 {below}, {kind} {bits(-1.0, kind)}, {kind} {rest}")
            return self._new(f"select i1 {above}, {kind} {bits(1.0, kind)}, {kind} {rest}")
        intrinsic = f"@llvm.{'fabs' if name == 'absolute' else 'sqrt'}.{'f32' if kind == 'float' else 'f64'}"
        self._functions.add(f"{kind} {intrinsic}({kind})")
        return self._new(f"call {kind} {intrinsic}({kind} {x})")

    def _extreme(self, name: str, kind: str, a: str, b: str) -> str:
        """Return the larger or smaller number; NaN where either is NaN, as in numpy."""
        test = self._new(f"fcmp {'oge' if name == 'maximum' else 'ole'} {kind} {a}, {b}")
        lost = self._new(f"fcmp uno {kind} {a}, {a}")
        first = self._new(f"or i1 {test}, {lost}")
        return self._new(f"select i1 {first}, {kind} {a}, {kind} {b}")

    def _library(self, name: str, kind: str, values: list[str]) -> str:
        symbol = name + ("f" if kind == "float" else "")
        self._functions.add(f"{kind} @{symbol}({', '.join([kind] * len(values))})")
        return self._new(f"call {kind} @{symbol}({', '.join(f'{kind} {value}' for value in values)})")

    def _logaddexp(self, kind: str, x: str, y: str) -> str:
        """Return log(exp(x) + exp(y)) as the larger one + log1p(exp(-distance)); x + log 2 where they are equal, even infinite."""
        most = self._extreme("maximum", kind, x, y)
        gap = self._unary("absolute", kind, self._new(f"fsub {kind} {x}, {y}"))
        small = self._library("log1p", kind, [self._library("exp", kind, [self._new(f"fneg {kind} {gap}")])])
        equal = self._new(f"fcmp oeq {kind} {x}, {y}")
        added = self._new(f"select i1 {equal}, {kind} {bits(0.6931471805599453, kind)}, {kind} {small}")
        return self._new(f"fadd {kind} {most}, {added}")

    # --- products and sums ----------------------------------------------------------------------------------------

    def _product(self, one: Product) -> None:
        """Rows of the result are sums of rows of `b` where these are stretches; else each number is a sum of its own."""
        (m, k), n, kind = one.a.shape, one.b.shape[1], one.out.kind
        along = n > 1 and one.b.strides[1] == one.b.width and one.out.strides[1] == one.out.width
        row = self._open(m) if m > 1 else ONCE
        if along:
            for term in range(k) if k <= LANES else ():
                self._row_term(one, row.counter, str(term), first=term == 0)
            if k > LANES:
                self._row_term(one, row.counter, "0", first=True)
                rest = self._open(k - 1)
                self._row_term(one, row.counter, self._new(f"add i64 {rest.counter}, 1"), first=False)
                self._close(rest)
        else:
            column = self._open(n) if n > 1 else ONCE
            a = View(one.a.address, kind, (k,), one.a.strides[1:])
            b = View(one.b.address, kind, (k,), one.b.strides[:1])
            starts = (self._offset(one.a.strides[:1], (row.counter,)), self._offset(one.b.strides[1:], (column.counter,)))
            total = self._sum_of_products(a, b, k, starts)
            self._store(one.out, self._offset(one.out.strides, (row.counter, column.counter)), total)
            if n > 1:
                self._close(column)
        if m > 1:
            self._close(row)

    def _row_term(self, one: Product, row: str, term: str, first: bool) -> None:
        """Emit out[row, :] = or += a[row, term] * b[term, :]."""
        kind = one.out.kind
        factor = self._load(one.a, self._offset(one.a.strides, (row, term)))
        access, end = self._parallel()
        start, goal = self._offset(one.b.strides[:1], (term,)), self._offset(one.out.strides[:1], (row,))
        loop = self._open(one.b.shape[1])
        step = self._new(f"mul i64 {loop.counter}, {one.b.width}")
        here, there = (step if at == "0" else self._new(f"add i64 {at}, {step}") for at in (start, goal))
        value = self._new(f"fmul {kind} {factor}, {self._load(one.b, here, access)}")
        if not first:
            value = self._new(f"fadd {kind} {self._load(one.out, there, access)}, {value}")
        self._store(one.out, there, value, access)
        self._close(loop, end)

    def _sum_of_products(self, a: View, b: View, count: int, starts: tuple[str, str]) -> str:
        def term(index: str, known: bool) -> str:
            values = []
            for view, start in zip((a, b), starts, strict=True):
                offset = str(int(index) * view.strides[0]) if known else self._offset(view.strides, (index,))
                values.append(self._load(view, _plus(self, start, offset)))
            return self._new(f"fmul {a.kind} {values[0]}, {values[1]}")

        return self._total("add", a.kind, count, term)

    def _reduction(self, one: Reduction) -> None:
        rows, terms = one.source.shape
        row = self._open(rows) if rows > 1 else ONCE
        start = self._offset(one.source.strides[:1], (row.counter,))
        stride = one.source.strides[1]

        def term(index: str, known: bool) -> str:
            offset = str(int(index) * stride) if known else self._offset((stride,), (index,))
            return self._load(one.source, _plus(self, start, offset))

        self._store(one.out, self._offset(one.out.strides, (row.counter,)), self._total(one.name, one.out.kind, terms, term))
        if rows > 1:
            self._close(row)

    def _total(self, name: str, kind: str, count: int, term: Term) -> str:
        """Return the sum or the largest of terms: `LANES` side by side while there are enough, then these in order, then the rest."""
        lanes = min(count, LANES)
        sums = [term(str(i), True) for i in range(lanes)]
        rounds, rest = divmod(count, LANES)
        if rounds > 1:
            self._count += 1
            mark = self._count
            before = self._label
            loop = self._open(rounds - 1)
            carried = [f"%s{mark}_{i}" for i in range(lanes)]
            base = self._new(f"add i64 {self._new(f'mul i64 {loop.counter}, {LANES}')}, {LANES}")
            new = [self._join(name, kind, carried[i], term(self._new(f"add i64 {base}, {i}"), False)) for i in range(lanes)]
            phis = [f"  {c} = phi {kind} [ {s}, %{before} ], [ {v}, %{self._label} ]" for c, s, v in zip(carried, sums, new, strict=True)]
            self._lines[loop.head + 1 : loop.head + 1] = phis
            self._close(loop)
            sums = new
        if rounds:
            sums += [term(str(rounds * LANES + i), True) for i in range(rest)]
        total = sums[0]
        for value in sums[1:]:
            total = self._join(name, kind, total, value)
        return total

    def _join(self, name: str, kind: str, a: str, b: str) -> str:
        return self._new(f"fadd {kind} {a}, {b}") if name == "add" else self._extreme("maximum", kind, a, b)


_LIBRARY = {"power": "pow"}


def _plus(function: Function, a: str, b: str) -> str:
    if a == "0" or b == "0":
        return b if a == "0" else a
    return function._new(f"add i64 {a}, {b}")
