"""Products of small matrices and sums as lines for the compiler, in an order that is written out.

A product is computed in pieces of eight numbers side by side. Where rows of `b` are stretches, two rows of the result and up to four
pieces of them stay at hand while the terms are added one after another; where its columns are, eight terms are added side by side.
"""

from collections.abc import Callable, Sequence
from typing import Final

from flux_gui.engine.native.statements import Product, Reduction, View
from flux_gui.engine.native.writer import ONCE, Writer

LANES: Final = 8  # numbers side by side
_PIECES = 4  # of a row of the result at a time
Term = Callable[[str, bool], str]  # (index, whether it is a known number) -> the value of a term


def write_product(w: Writer, one: Product) -> None:
    """Write the lines of a product."""
    a, b, out = one.a, one.b, one.out
    m, n = out.shape
    if n == 1 < m and a.strides[0] == a.width and out.strides[0] == out.width:
        _by_rows(w, Product(_turned(b), _turned(a), _turned(out)))  # a single column: its rows are walked along
    elif n > 1 and b.strides[1] == b.width and out.strides[1] == out.width:
        _by_rows(w, one)
    elif a.shape[1] >= LANES and a.strides[1] == a.width and b.strides[0] == b.width:
        _by_columns(w, one)
    else:
        _one_by_one(w, one)


def _turned(view: View) -> View:
    return View(view.address, view.kind, view.shape[::-1], view.strides[::-1])


def _vector(width: int, kind: str) -> str:
    return f"<{width} x {kind}>" if width > 1 else kind


def _spread(w: Writer, value: str, width: int, kind: str) -> str:
    """Return a vector with the same number everywhere."""
    if width == 1:
        return value
    vector = _vector(width, kind)
    first = w.new(f"insertelement {vector} poison, {kind} {value}, i64 0")
    return w.new(f"shufflevector {vector} {first}, {vector} poison, <{width} x i32> zeroinitializer")


def _multiply_add(w: Writer, a: str, b: str, total: str, width: int, kind: str) -> str:
    """Return a * b + total; rounded once where the processor can."""
    vector = _vector(width, kind)
    name = f"@llvm.fmuladd.{f'v{width}' if width > 1 else ''}{'f32' if kind == 'float' else 'f64'}"
    w.declared.add(f"{vector} {name}({vector}, {vector}, {vector})")
    return w.new(f"call {vector} {name}({vector} {a}, {vector} {b}, {vector} {total})")


def _load(w: Writer, view: View, offset: str, width: int) -> str:
    return w.new(f"load {_vector(width, view.kind)}, ptr {w.at(view, offset)}, align {view.width}")


def _pieces(n: int) -> list[list[tuple[int, int]]]:
    """Return (start, width) of the pieces of a row of `n` numbers, in groups that are computed together."""
    found, start = [], 0
    for width in (LANES, LANES // 2, 1):
        while n - start >= width:
            found.append((start, width))
            start += width
    return [found[i : i + _PIECES] for i in range(0, len(found), _PIECES)]


def _by_rows(w: Writer, one: Product) -> None:
    m, n = one.a.shape[0], one.b.shape[1]
    pairs, rest = divmod(m, 2)
    for first, blocks, rows in ((0, pairs, 2), (2 * pairs, rest, 1)):
        if blocks:
            block = w.open(blocks) if blocks > 1 else ONCE
            row = w.new(f"add i64 {w.new(f'mul i64 {block.counter}, {rows}')}, {first}")
            for group in _pieces(n):
                _rows_of_group(w, one, row, rows, group)
            if blocks > 1:
                w.close(block)


def _rows_of_group(w: Writer, one: Product, row: str, rows: int, group: Sequence[tuple[int, int]]) -> None:
    """Write out[row + r, pieces] for some rows and pieces: terms are added one after another."""
    a, b, out, kind = one.a, one.b, one.out, one.out.kind
    numbers = [row, *(w.new(f"add i64 {row}, {r}") for r in range(1, rows))]
    starts = [w.offset(a.strides[:1], (number,)) for number in numbers]
    cells = [(r, start, width) for r in range(rows) for start, width in group]
    w.count += 1
    mark, before = w.count, w.label
    loop = w.open(a.shape[1])
    sums = [f"%s{mark}_{i}" for i in range(len(cells))]
    term, line = w.offset(a.strides[1:], (loop.counter,)), w.offset(b.strides[:1], (loop.counter,))
    factors = [w.load(a, w.plus(start, term)) for start in starts]
    values = {start: _load(w, b, w.plus(line, str(start * b.width)), width) for start, width in group}
    new = []
    for (r, start, width), total in zip(cells, sums, strict=True):
        new.append(_multiply_add(w, _spread(w, factors[r], width, kind), values[start], total, width, kind))
    zero = {width: "zeroinitializer" if width > 1 else "0.0" for width in (LANES, LANES // 2, 1)}
    w.lines[loop.head + 1 : loop.head + 1] = [
        f"  {total} = phi {_vector(width, kind)} [ {zero[width]}, %{before} ], [ {value}, %{w.label} ]"
        for (_, _, width), total, value in zip(cells, sums, new, strict=True)
    ]
    w.close(loop)
    for (r, start, width), value in zip(cells, new, strict=True):
        place = w.plus(w.offset(out.strides[:1], (numbers[r],)), str(start * out.width))
        w.lines.append(f"  store {_vector(width, kind)} {value}, ptr {w.at(out, place)}, align {out.width}")


def _by_columns(w: Writer, one: Product) -> None:
    """Write each number as a sum of its own, eight terms side by side; four columns of `b` at a time."""
    m, n = one.a.shape[0], one.b.shape[1]
    row = w.open(m) if m > 1 else ONCE
    whole, rest = divmod(n, _PIECES)
    for first, blocks, columns in ((0, whole, _PIECES), (_PIECES * whole, rest, 1)):
        if blocks:
            block = w.open(blocks) if blocks > 1 else ONCE
            start = w.new(f"add i64 {w.new(f'mul i64 {block.counter}, {columns}')}, {first}")
            _columns_of_block(w, one, row.counter, [start, *(w.new(f"add i64 {start}, {c}") for c in range(1, columns))])
            if blocks > 1:
                w.close(block)
    if m > 1:
        w.close(row)


def _columns_of_block(w: Writer, one: Product, row: str, columns: Sequence[str]) -> None:
    a, b, out, kind = one.a, one.b, one.out, one.out.kind
    rounds, rest = divmod(a.shape[1], LANES)
    from_a = w.offset(a.strides[:1], (row,))
    from_b = [w.offset(b.strides[1:], (column,)) for column in columns]
    w.count += 1
    mark, before = w.count, w.label
    loop = w.open(rounds)
    sums = [f"%s{mark}_{i}" for i in range(len(columns))]
    step = w.new(f"mul i64 {loop.counter}, {LANES * a.width}")
    left = _load(w, a, w.plus(from_a, step), LANES)
    new = []
    for start, total in zip(from_b, sums, strict=True):
        new.append(_multiply_add(w, left, _load(w, b, w.plus(start, step), LANES), total, LANES, kind))
    w.lines[loop.head + 1 : loop.head + 1] = [
        f"  {total} = phi {_vector(LANES, kind)} [ zeroinitializer, %{before} ], [ {value}, %{w.label} ]"
        for total, value in zip(sums, new, strict=True)
    ]
    w.close(loop)
    for column, start, value in zip(columns, from_b, new, strict=True):
        total = _folded(w, value, kind)
        for k in range(rounds * LANES, rounds * LANES + rest):
            x, y = w.load(a, w.plus(from_a, str(k * a.width))), w.load(b, w.plus(start, str(k * b.width)))
            total = _multiply_add(w, x, y, total, 1, kind)
        w.store(out, w.offset(out.strides, (row, column)), total)


def _folded(w: Writer, value: str, kind: str) -> str:
    """Return the sum of the numbers in a vector: halves are added until one number is left."""
    width = LANES
    while width > 1:
        half, vector = width // 2, _vector(width, kind)
        low, high = (", ".join(f"i32 {first + i}" for i in range(half)) for first in (0, half))
        parts = [w.new(f"shufflevector {vector} {value}, {vector} poison, <{half} x i32> <{mask}>") for mask in (low, high)]
        value = w.new(f"fadd <{half} x {kind}> {parts[0]}, {parts[1]}")
        width = half
    return w.new(f"extractelement <1 x {kind}> {value}, i64 0")


def _one_by_one(w: Writer, one: Product) -> None:
    (m, k), n = one.a.shape, one.b.shape[1]
    row = w.open(m) if m > 1 else ONCE
    column = w.open(n) if n > 1 else ONCE
    pairs = ((one.a, one.a.strides, row.counter), (one.b, one.b.strides[::-1], column.counter))
    starts = [w.offset(strides[:1], (index,)) for _, strides, index in pairs]

    def term(index: str, known: bool) -> str:
        values = []
        for (view, strides, _), start in zip(pairs, starts, strict=True):
            offset = str(int(index) * strides[1]) if known else w.offset(strides[1:], (index,))
            values.append(w.load(view, w.plus(start, offset)))
        return w.new(f"fmul {one.a.kind} {values[0]}, {values[1]}")

    total = _total(w, "add", one.a.kind, k, term)
    w.store(one.out, w.offset(one.out.strides, (row.counter, column.counter)), total)
    if n > 1:
        w.close(column)
    if m > 1:
        w.close(row)


def write_reduction(w: Writer, one: Reduction) -> None:
    """Write the lines of a sum or a largest."""
    rows, terms = one.source.shape
    row = w.open(rows) if rows > 1 else ONCE
    start = w.offset(one.source.strides[:1], (row.counter,))
    stride = one.source.strides[1]

    def term(index: str, known: bool) -> str:
        offset = str(int(index) * stride) if known else w.offset((stride,), (index,))
        return w.load(one.source, w.plus(start, offset))

    w.store(one.out, w.offset(one.out.strides, (row.counter,)), _total(w, one.name, one.out.kind, terms, term))
    if rows > 1:
        w.close(row)


def _total(w: Writer, name: str, kind: str, count: int, term: Term) -> str:
    """Return the sum or the largest of terms: `LANES` side by side while there are enough, then these in order, then the rest."""

    def join(a: str, b: str) -> str:
        return w.new(f"fadd {kind} {a}, {b}") if name == "add" else w.extreme("maximum", kind, a, b)

    lanes = min(count, LANES)
    sums = [term(str(i), True) for i in range(lanes)]
    rounds, rest = divmod(count, LANES)
    if rounds > 1:
        w.count += 1
        mark, before = w.count, w.label
        loop = w.open(rounds - 1)
        carried = [f"%s{mark}_{i}" for i in range(lanes)]
        base = w.new(f"add i64 {w.new(f'mul i64 {loop.counter}, {LANES}')}, {LANES}")
        new = [join(carried[i], term(w.new(f"add i64 {base}, {i}"), False)) for i in range(lanes)]
        phis = [f"  {c} = phi {kind} [ {s}, %{before} ], [ {v}, %{w.label} ]" for c, s, v in zip(carried, sums, new, strict=True)]
        w.lines[loop.head + 1 : loop.head + 1] = phis
        w.close(loop)
        sums = new
    if rounds:
        sums += [term(str(rounds * LANES + i), True) for i in range(rest)]
    total = sums[0]
    for value in sums[1:]:
        total = join(total, value)
    return total
