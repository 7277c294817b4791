"""The text of compiled functions, in LLVM's language, from statements over memory.

Each function gets a table of addresses, so that one function serves all plans of the same shape. Neighbouring element-wise statements
over equally long stretches become one loop: what one writes, the next has at hand. What is overwritten before it is read again is not
written at all. Products and sums are added up in an order that is written out, so that no compiler can choose another.
"""

from collections.abc import Sequence

from flux_gui.engine.native.functions import DECLARED, OWN, bits, function_text
from flux_gui.engine.native.grouping import grouped
from flux_gui.engine.native.products import write_product, write_reduction
from flux_gui.engine.native.statements import CALCULATED, Elementwise, Product, Reduction, Statement, View, views
from flux_gui.engine.native.writer import Writer

_ONE_LINE = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}
_COMPARED = {"greater": "ogt", "greater_equal": "oge", "equal": "oeq"}


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


class Function(Writer):
    """The text of one function `void @name(ptr %t)`, and the addresses that its table must hold."""

    def __init__(self, statements: Sequence[Statement], module: Module) -> None:
        super().__init__(module.notes, module.declared)
        self.helpers = module.helpers
        for group, dead in grouped(statements):
            first = group[0]
            if isinstance(first, Product):
                write_product(self, first)
            elif isinstance(first, Reduction):
                write_reduction(self, first)
            else:
                self._elementwise([one for one in group if isinstance(one, Elementwise)], dead)

    def text(self, name: str) -> str:
        """Return the definition of the function."""
        body = "\n".join([*self.pointers, *self.lines, "  ret void"])
        return f"define void @{name}(ptr noalias readonly %t) noinline nounwind {{\nentry:\n{body}\n}}"

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
        known = {(view.address, 0): self.load(view, "0") for view in dict.fromkeys(single)}
        access, end = self.parallel()
        loop = self.open(shape[0])
        self._run(group, dead, known, loop.counter, access)
        self.close(loop, end)

    def _run(self, group: list[Elementwise], dead: set[int], known: dict[tuple[int, int], str], index: str, note: str) -> None:
        """Emit one turn of a loop over `group`; `known` values by (address, stride)."""
        for one in group:
            values = []
            for view in one.inputs:
                key = (view.address, view.strides[0] if view.strides else 0)
                if key not in known:
                    known[key] = self.load(view, self.offset(view.strides, (index,) * len(view.strides)), note)
                values.append(self._converted(view, known[key], one))
            result = self._calculate(one.name, values, one.inputs[-1].kind if one.name != "select" else one.out.kind, one.out.kind)
            out = one.out
            known[out.address, out.strides[0] if out.strides else 0] = result
            if id(one) not in dead:
                self.store(out, self.offset(out.strides, (index,) * len(out.strides)), result, note)

    def _table(self, one: Elementwise) -> None:
        rows, columns = one.out.shape
        outer = self.open(rows)
        inner = self.open(columns)
        indices = (outer.counter, inner.counter)
        values = [self._converted(v, self.load(v, self.offset(v.strides, indices)), one) for v in one.inputs]
        kind = one.inputs[-1].kind if one.name != "select" else one.out.kind
        self.store(one.out, self.offset(one.out.strides, indices), self._calculate(one.name, values, kind, one.out.kind))
        self.close(inner)
        self.close(outer)

    def _converted(self, view: View, value: str, one: Elementwise) -> str:
        """Return a truth value as the number 0 or 1 where numbers are combined."""
        if view.kind != "i8" or one.out.kind == "i8" or one.name == "select":
            return value
        return self.new(f"uitofp i8 {value} to {one.out.kind}")

    def _calculate(self, name: str, values: list[str], kind: str, out: str) -> str:
        """Return the value of one function; `kind` is that of its inputs as they lie in memory, `out` that of its result."""
        number = out if out != "i8" else kind
        if name in _ONE_LINE:
            return self.new(f"{_ONE_LINE[name]} {number} {values[0]}, {values[1]}")
        if name in _COMPARED:
            return self.new(f"zext i1 {self.new(f'fcmp {_COMPARED[name]} {number} {values[0]}, {values[1]}')} to i8")
        if name in ("logical_and", "logical_or"):
            return self.new(f"{name.removeprefix('logical_')} i8 {values[0]}, {values[1]}")
        if name == "logical_not":
            return self.new(f"xor i8 {values[0]}, 1")
        if name == "select":
            chosen = self.new(f"icmp ne i8 {values[0]}, 0")
            return self.new(f"select i1 {chosen}, {number} {values[1]}, {number} {values[2]}")
        if name in ("maximum", "minimum"):
            return self.extreme(name, number, *values)
        if name in OWN and number == "float":
            self.helpers.add(name)
            self.declared.update(DECLARED)
            return self.new(f"call float @{name}_float(float {values[0]})")
        if name in CALCULATED:
            return self._logaddexp(number, *values) if name == "logaddexp" else self._library(_LIBRARY.get(name, name), number, values)
        return self._unary(name, number, values[0])

    def _unary(self, name: str, kind: str, x: str) -> str:
        if name == "copy":
            return x
        if name == "negative":
            return self.new(f"fneg {kind} {x}")
        if name == "square":
            return self.new(f"fmul {kind} {x}, {x}")
        if name == "sign":
            above, below = (self.new(f"fcmp {test} {kind} {x}, {bits(0.0, kind)}") for test in ("ogt", "olt"))
            zero = self.new(f"fcmp oeq {kind} {x}, {bits(0.0, kind)}")
            rest = self.new(f"select i1 {zero}, {kind} {bits(0.0, kind)}, {kind} {x}")  # NaN stays
            rest = self.new(f"select i1 {below}, {kind} {bits(-1.0, kind)}, {kind} {rest}")
            return self.new(f"select i1 {above}, {kind} {bits(1.0, kind)}, {kind} {rest}")
        intrinsic = f"@llvm.{'fabs' if name == 'absolute' else 'sqrt'}.{'f32' if kind == 'float' else 'f64'}"
        self.declared.add(f"{kind} {intrinsic}({kind})")
        return self.new(f"call {kind} {intrinsic}({kind} {x})")

    def _library(self, name: str, kind: str, values: list[str]) -> str:
        symbol = name + ("f" if kind == "float" else "")
        self.declared.add(f"{kind} @{symbol}({', '.join([kind] * len(values))})")
        return self.new(f"call {kind} @{symbol}({', '.join(f'{kind} {value}' for value in values)})")

    def _logaddexp(self, kind: str, x: str, y: str) -> str:
        """Return log(exp(x) + exp(y)) as the larger one + log1p(exp(-distance)); x + log 2 where they are equal, even infinite."""
        most = self.extreme("maximum", kind, x, y)
        gap = self._unary("absolute", kind, self.new(f"fsub {kind} {x}, {y}"))
        small = self._library("log1p", kind, [self._library("exp", kind, [self.new(f"fneg {kind} {gap}")])])
        equal = self.new(f"fcmp oeq {kind} {x}, {y}")
        added = self.new(f"select i1 {equal}, {kind} {bits(0.6931471805599453, kind)}, {kind} {small}")
        return self.new(f"fadd {kind} {most}, {added}")


_LIBRARY = {"power": "pow"}
