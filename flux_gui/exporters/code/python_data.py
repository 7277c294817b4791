"""The data of a model as source text of Python: from the raw columns of a table to the network's inputs, and back to answers."""

import re

from flux_gui.data.cells import MISSING
from flux_gui.data.encodings import FeatureEncoding, InputEncoding
from flux_gui.data.outputs import is_margin, output_kind
from flux_gui.exporters.code import formulas, functions
from flux_gui.exporters.code.facts import Facts, blank_lines, wrapped
from flux_gui.specs import FormulaData


def table_lines(facts: Facts, targets: bool) -> list[str]:
    """Return the functions that read a table: `prepare(rows)`, and `targets(rows)` for programs that train."""
    blocks = [_constants(facts, targets), *_cells(facts, targets), _prepare(facts)]
    if targets:
        blocks.append(_targets(facts))
    return blank_lines(blocks, 2)


def functions_of_data(facts: Facts, targets: bool) -> set[str]:
    """Return the functions that NumPy lacks and that formulas of the data call."""
    source = facts.project.spec.data.source
    texts = [feature.compute.canonical for feature in facts.preparation.features]
    texts += [source.formula] if isinstance(source, FormulaData) and targets else []
    return {name for text in texts for name in formulas.used(text)} & set(functions.NUMPY)


def imports(text: str, *packages: str) -> list[str]:
    """Return the imports of a program whose other lines are `text`: what it uses of Python, then `packages`."""
    standard = [f"import {name}" for name in ("csv", "math", "sys") if re.search(rf"(?<![\w.]){name}\.", text)]
    return [*standard, *[""] * bool(standard), *packages]


def _constants(facts: Facts, targets: bool) -> list[str]:
    lines = [f"MISSING = {{{', '.join(repr(word) for word in sorted(MISSING))}}}  # cells that say nothing, in lower case"]
    if facts.preparation.labels:
        lines += wrapped("LABELS = [", map(repr, facts.preparation.labels), "]")
    return lines


def _cells(facts: Facts, targets: bool) -> list[list[str]]:
    """Return the functions that read one column."""
    preparation = facts.preparation
    found = [
        [
            "def cells(rows, name):",
            '    """Return the cells of a column as texts, None for missing ones; a row is a dict by column name."""',
            "    found = [str(row[name]).strip() for row in rows]",
            "    return [None if cell.lower() in MISSING else cell for cell in found]",
        ]
    ]
    if any(column.kind == "number" for column in preparation.columns(targets)):
        found.append(
            [
                "def numbers(rows, name, fill):",
                '    """Return a column of numbers, with `fill` for missing ones."""',
                "    return np.array([fill if cell is None else float(cell) for cell in cells(rows, name)])",
            ]
        )
    if any(encoding.kind == "category" for encoding in preparation.inputs):
        found.append(
            [
                "def one_hot(rows, name, fill, words):",
                '    """Return a column of 0 and 1 for each of the words."""',
                "    return [np.array([(cell or fill) == word for cell in cells(rows, name)], dtype=float) for word in words]",
            ]
        )
    if any(encoding.indicator for encoding in preparation.inputs):
        found.append(
            [
                "def missing(rows, name):",
                '    """Return 1 where the cell is missing, else 0."""',
                "    return np.array([cell is None for cell in cells(rows, name)], dtype=float)",
            ]
        )
    return found


def _prepare(facts: Facts) -> list[str]:
    lines = [
        "def prepare(rows):",
        f'    """Return the network\'s inputs, an array (rows, {facts.inputs}), for raw rows of a table."""',
        "    columns = []",
    ]
    for encoding in facts.preparation.inputs:
        lines += _input(encoding)
    for feature in facts.preparation.features:
        lines += _feature(feature)
    return [*lines, f"    return np.stack(columns, axis=1).astype(np.{facts.dtype})"]


def _scaled(text: str, center: float, scale: float) -> str:
    if (center, scale) == (0.0, 1.0):
        return text
    return f"({text} - {center!r}) / {scale!r}" if center >= 0 else f"({text} + {-center!r}) / {scale!r}"


def _input(encoding: InputEncoding) -> list[str]:
    name = repr(encoding.name)
    if encoding.kind == "number":
        text = _scaled(f"numbers(rows, {name}, {encoding.fill!r})", encoding.center, encoding.scale)
        lines = [f"    columns.append({text})"]
    else:
        words = [repr(word) for word in encoding.categories]
        lines = [f"    {line}" for line in wrapped(f"columns += one_hot(rows, {name}, {encoding.word!r}, [", words, "])")]
    return [*lines, f"    columns.append(missing(rows, {name}))"] if encoding.indicator else lines


def _feature(feature: FeatureEncoding) -> list[str]:
    """Return the lines of one formula of columns, which are called v0, v1, ..."""
    names = {f"v{i}": f"v{i}" for i in range(len(feature.columns))}
    lines = [
        f"    v{i} = numbers(rows, {name!r}, {fill!r})" for i, (name, fill) in enumerate(zip(feature.columns, feature.fills, strict=True))
    ]
    text = formulas.python(feature.compute.canonical, formulas.NUMPY, names)
    return [*lines, f"    columns.append({_scaled(f'({text})', feature.center, feature.scale)})  # {' '.join(feature.formula.split())}"]


def _targets(facts: Facts) -> list[str]:
    preparation = facts.preparation
    target, kind = repr(preparation.target), f"np.{facts.dtype}"
    head = ["def targets(rows):"]
    if facts.task == "regression":
        text = _scaled(f"numbers(rows, {target}, np.nan)", preparation.target_center, preparation.target_scale)
        return [
            *head,
            '    """Return what the network shall answer, an array (rows, 1)."""',
            f"    return ({text})[:, None].astype({kind})",
        ]
    cells = f"cells(rows, {target})"
    if preparation.target_kind == "number":
        cells = f"[repr(float(cell)).removesuffix('.0') for cell in {cells}]"
    if facts.task == "binary":
        low = "-1 for the first label" if is_margin(facts.training) else "0 for the first label"
        values = "2 * chosen - 1" if is_margin(facts.training) else "chosen"
        return [
            *head,
            f'    """Return what the network shall answer, an array (rows, 1): {low}, 1 for the second."""',
            f"    chosen = np.array([[label == LABELS[1]] for label in {cells}], dtype={kind})",
            f"    return {values}",
        ]
    return [
        *head,
        f'    """Return what the network shall answer, an array (rows, {facts.outputs}): 1 in the column of the label, else 0."""',
        f"    return np.array([[label == word for word in LABELS] for label in {cells}], dtype={kind})",
    ]


def answer_lines(facts: Facts) -> list[str]:
    """Return the body of a function that turns `y`, the network's outputs as an array (rows, outputs) of NumPy, into answers."""
    preparation = facts.preparation
    if facts.task == "regression":
        scale, center = preparation.target_scale, preparation.target_center
        text = "y[:, 0].astype(float)"
        text = text if scale == 1.0 else f"{text} * {scale!r}"
        text = text if center == 0.0 else f"{text} + {center!r}" if center > 0 else f"{text} - {-center!r}"
        return [f"return ({text}).tolist()"]
    if facts.task == "binary":
        limit = "0.5" if output_kind(facts.model, facts.training) == "probability" else "0"
        return [f"return [LABELS[int(score > {limit})] for score in y[:, 0]]"]
    return ["return [LABELS[place] for place in y.argmax(axis=1)]"]


def main_lines(facts: Facts) -> list[str]:
    """Return what a program does that is run: read the rows, train (unless it has learned already), predict."""
    lines = ['if __name__ == "__main__":', *(f"    {line}" for line in _rows(facts))]
    train = "    # train(rows)  # goes on learning" if facts.weights else "    train(rows)"
    return [*lines, train, "    print(predict(rows[:5]))"]


def _rows(facts: Facts) -> list[str]:
    """Return the lines that make `rows`: from the formula of the data, or from a table."""
    source = facts.project.spec.data.source
    if not isinstance(source, FormulaData):
        return [
            f'with open({facts.table!r}, newline="", encoding="utf-8-sig") as file:  # all rows: leave out those to test with',
            "    rows = list(csv.DictReader(file))",
        ]
    start, stop, step = source.train.start, source.train.stop, source.train.step
    text = formulas.python(source.formula, formulas.NUMPY, {"x": "values"})
    noise = f" + np.random.default_rng().normal(0, {source.noise!r}, values.shape)" if source.noise else ""
    name = next(column.name for column in facts.preparation.columns())
    return [
        f"values = np.arange({start!r}, {stop + step / 2!r}, {step!r})",
        f"answers = {text}{noise} + 0 * values",
        f"rows = [{{{name!r}: x, {facts.preparation.target!r}: y}} for x, y in zip(values, answers)]",
    ]
