"""The project file: a Project to the entries of a .flux archive and back, every part checked against the others on reading."""

from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from flux_gui import __version__
from flux_gui.core.atomic import write_atomically
from flux_gui.core.errors import FluxError, FormatError
from flux_gui.data import sources
from flux_gui.data.prepare import prepare
from flux_gui.data.table import Column, Table
from flux_gui.data.tensors import read_tensors, write_tensors
from flux_gui.document.archive import pack, unpack
from flux_gui.document.checks import check_fit, check_spec
from flux_gui.document.migrate import flattened, named
from flux_gui.document.project import Project
from flux_gui.document.states import Array, Best, Curve, ModelState, Outcome, Trail, frozen
from flux_gui.document.tables import identified, table_of
from flux_gui.engine import models
from flux_gui.specs import FileData, ModelSpec, PaintedData, ProjectSpec
from flux_gui.specs.codec import decode, encode
from flux_gui.specs.data import Kind

EMBED_BYTES: Final = 16 * 2**20
MANY_COLUMNS: Final = 1000  # more than these are stored together
_DAMAGED = "The file is damaged; use a backup or an earlier copy."
_CURVE_PARTS: Final = ("x", "low", "high", "last")
_TRAIL: Final = "trail/"  # how the keys of the trail begin, which is no curve


class StoredBest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The best epoch without its parameters."""

    epoch: int
    loss: float


class Checkpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything of a state that is not an array: `checkpoint.json`."""

    epoch: int
    step: int
    seconds: float
    in_use: str
    outcome: Outcome
    message: str
    events: tuple[tuple[float, str], ...]
    best: StoredBest | None
    position: int = 0
    threads: int = 0


class StoredColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column of the table: the words of a text column by their code, None for numbers."""

    name: str
    kind: Kind
    words: tuple[str, ...] | None


class StoredTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data.json`: the columns when the table is embedded, else only where it comes from (the specification has path and hash)."""

    embedded: bool
    rows: int
    columns: tuple[StoredColumn, ...]
    notices: tuple[str, ...]


def save(project: Project, path: str | Path) -> None:
    """Write `project` to `path`: the old file stays whole until the new one is complete. Raises FormatError with the reason."""
    table_json, table_arrays = _stored_table(project)
    state = project.state
    entries = {
        "parameters.safetensors": write_tensors(_parameter_arrays(project)),
        "history.safetensors": write_tensors(_curve_arrays(state)),
        "data.safetensors": write_tensors(table_arrays),
        "data.json": encode(table_json),
        "checkpoint.safetensors": write_tensors({**state.slots, **_watch_arrays(state)}),
        "checkpoint.json": encode(_checkpoint(state)),
    }
    write_atomically(Path(path), pack(project.spec, __version__, entries))


def load(path: str | Path) -> Project:
    """Return the project in the file; anything wrong with it raises FormatError with one sentence that names the file."""
    path = Path(path)
    content, entries = unpack(path)
    try:
        spec = msgspec.convert(content.get("spec"), ProjectSpec)
        return _project(spec, entries, path.name)
    except FormatError:
        raise
    except FluxError as error:
        raise FormatError(f"{path.name} cannot be opened: {error.message}", error.hint or _DAMAGED) from error
    except (msgspec.ValidationError, RecursionError, ValueError, TypeError, KeyError, IndexError, OverflowError, MemoryError) as error:
        raise FormatError(f"{path.name} contains something that no project has: {_short(error)}.", _DAMAGED) from error


def _project(spec: ProjectSpec, entries: dict[str, bytes], where: str) -> Project:
    check_spec(spec)
    table = _table(spec, entries, where)
    dataset = prepare(table, spec.data, spec.model.dtype)
    check_fit(spec, dataset.inputs, len(dataset.parts["train"].x))
    state = _state(spec, dataset.inputs, entries, where)
    outputs = dataset.outputs
    if models.sizes(spec.model, dataset.inputs)[-1][1] != outputs:
        raise FormatError(f"{where}: the network's output does not fit the target, which needs {outputs}.", _DAMAGED)
    return Project(spec, table, dataset, state)


def _parameter_arrays(project: Project) -> dict[str, Array]:
    state, model, inputs = project.state, project.spec.model, project.dataset.inputs
    arrays = {**named(state.parameters, model, inputs), "statistics": state.statistics}
    arrays["start.statistics"] = state.start_statistics
    arrays |= {f"start.{key}": array for key, array in named(state.start, model, inputs).items()}
    if state.best is not None:
        arrays |= {f"best.{key}": array for key, array in named(state.best.parameters, model, inputs).items()}
        arrays["best.statistics"] = state.best.statistics
    return arrays


def _curve_arrays(state: ModelState) -> dict[str, NDArray[Any]]:
    arrays = {f"{name}.{part}": getattr(curve, part) for name, curve in state.curves.items() for part in _CURVE_PARTS}
    if state.trail is not None:
        arrays |= {f"{_TRAIL}x": state.trail.x, f"{_TRAIL}values": state.trail.values, f"{_TRAIL}stride": np.array(state.trail.stride)}
    return arrays


def _watch_arrays(state: ModelState) -> dict[str, NDArray[Any]]:
    return {f"watch.{name}": np.array(value, np.float64) for name, value in state.watch.items()}


def _checkpoint(state: ModelState) -> Checkpoint:
    best = StoredBest(state.best.epoch, state.best.loss) if state.best is not None else None
    return Checkpoint(
        state.epoch, state.step, state.seconds, state.in_use, state.outcome, state.message, state.events, best,
        state.position, state.threads,
    )  # fmt: skip


def _state(spec: ProjectSpec, inputs: int, entries: dict[str, bytes], where: str) -> ModelState:
    model, optimiser = spec.model, spec.training.optimiser.name
    kept = decode(entries["checkpoint.json"], Checkpoint, f"{where}: checkpoint.json")
    arrays = read_tensors(entries["parameters.safetensors"], f"{where}: parameters.safetensors")
    statistics = _statistics(arrays, "statistics", model, inputs, where)
    start_statistics = models.initial_statistics(model, inputs)
    if "start.statistics" in arrays:  # not in files of the first schema
        start_statistics = _statistics(arrays, "start.statistics", model, inputs, where)
    best = None
    if kept.best is not None:
        best_statistics = _statistics(arrays, "best.statistics", model, inputs, where)
        best = Best(kept.best.epoch, kept.best.loss, _flat(arrays, "best.", model, inputs, where), best_statistics)
    if kept.in_use not in ("last", "best") or min(kept.epoch, kept.step, kept.position, kept.seconds, kept.threads) < 0:
        raise FormatError(f"{where}: checkpoint.json contains an impossible value.", _DAMAGED)
    parameters = _flat(arrays, "", model, inputs, where)
    slots, watch = _slots(entries, optimiser, len(parameters), where)
    return ModelState(
        parameters=parameters,
        statistics=statistics,
        start=_flat(arrays, "start.", model, inputs, where),
        slots=slots,
        epoch=kept.epoch,
        step=kept.step,
        position=kept.position,
        seconds=kept.seconds,
        curves=_curves(entries, where),
        trail=_trail(entries, parameters, where),
        events=kept.events,
        best=best,
        in_use="best" if kept.in_use == "best" else "last",
        outcome=kept.outcome,
        message=kept.message,
        start_statistics=frozen(start_statistics),
        watch=watch,
        threads=kept.threads,
    )


def _slots(entries: dict[str, bytes], optimiser: str, size: int, where: str) -> tuple[dict[str, Array], dict[str, float]]:
    """Return the optimiser's arrays and what stop rules and schedule remember."""
    arrays = read_tensors(entries["checkpoint.safetensors"], f"{where}: checkpoint.safetensors")
    slots: dict[str, Array] = {}
    watch: dict[str, float] = {}
    if "scalars" in arrays:
        arrays = _renamed(arrays, optimiser, size)
    for key, array in arrays.items():
        if array.dtype.kind not in "fiu":
            raise FormatError(f"{where}: '{key}' holds {array.dtype} numbers.", _DAMAGED)
        if key.startswith("watch."):
            if array.size != 1 or not np.isfinite(array).all():
                raise FormatError(f"{where}: '{key}' must be one finite number.", _DAMAGED)
            watch[key.removeprefix("watch.")] = float(array.reshape(-1)[0])
            continue
        whole = key != "groups" and not key.endswith("scalars")
        if (whole and array.shape != (size,)) or array.nbytes > 64 * max(size, 64) * 8:
            raise FormatError(f"{where}: the optimiser's '{key}' does not fit the network.", _DAMAGED)
        if not whole and not np.isfinite(array).all():  # an array may overflow in a run that goes on
            raise FormatError(f"{where}: the optimiser's '{key}' contains values that are not finite numbers.", _DAMAGED)
        slots[key] = frozen(array)
    return slots, watch


def _renamed(arrays: dict[str, NDArray[Any]], optimiser: str, size: int) -> dict[str, NDArray[Any]]:
    """Return the optimiser's arrays of a file of the first schema, which knew one rule, by the names they have now."""
    named = {f"{optimiser}.{key.removeprefix('slot.')}": array for key, array in arrays.items() if key.startswith("slot.")}
    return {**named, f"{optimiser}.scalars": arrays["scalars"].reshape(1, -1), "groups": np.array([(0, size)], np.int64)}


def _statistics(arrays: dict[str, NDArray[Any]], key: str, model: ModelSpec, inputs: int, where: str) -> Array:
    """Return flat running statistics after checking that there are as many as the network has."""
    array = _finite(arrays, key, model, where)
    expected = models.initial_statistics(model, inputs)
    if array.shape != expected.shape:
        raise FormatError(f"{where}: '{key}' has the shape {array.shape}, the network needs {expected.shape}.", _DAMAGED)
    return frozen(array)


def _flat(arrays: dict[str, NDArray[Any]], prefix: str, model: ModelSpec, inputs: int, where: str) -> Array:
    """Return the flat parameters stored under `prefix`, each checked for presence, shape, number format and finiteness."""
    found = {}
    for slot in models.layout(model, inputs):
        array = _finite(arrays, prefix + slot.key, model, where)
        if array.shape != slot.shape:
            raise FormatError(f"{where}: {prefix}{slot.key} has the shape {array.shape}, the network needs {slot.shape}.", _DAMAGED)
        found[slot.key] = array
    return frozen(flattened(found, model, inputs))


def _finite(arrays: dict[str, NDArray[Any]], key: str, model: ModelSpec, where: str) -> NDArray[Any]:
    if key not in arrays:
        raise FormatError(f"{where} lacks the parameters '{key}'.", _DAMAGED)
    array = arrays[key]
    if array.dtype.kind not in "fiu" or array.dtype != model.dtype:
        raise FormatError(f"{where}: '{key}' holds {array.dtype} numbers, the network {model.dtype}.", _DAMAGED)
    if not np.isfinite(array).all():
        raise FormatError(f"{where}: '{key}' contains values that are not finite numbers.", _DAMAGED)
    return array


def _curves(entries: dict[str, bytes], where: str) -> dict[str, Curve]:
    arrays = read_tensors(entries["history.safetensors"], f"{where}: history.safetensors")
    curves = {}
    for name in sorted({key.rpartition(".")[0] for key in arrays if not key.startswith(_TRAIL)}):
        parts = [arrays.get(f"{name}.{part}") for part in _CURVE_PARTS]
        if (
            any(part is None or part.ndim != 1 or part.dtype != np.float64 for part in parts)
            or len({len(p) for p in parts if p is not None}) != 1
        ):
            raise FormatError(f"{where}: the curve '{name}' is incomplete.", _DAMAGED)
        curves[name] = Curve(*(part for part in parts if part is not None))
    return curves


def _trail(entries: dict[str, bytes], parameters: Array, where: str) -> Trail | None:
    """Return the trail of all parameters, None in older files and for networks that have none."""
    arrays = read_tensors(entries["history.safetensors"], f"{where}: history.safetensors")
    found = [arrays.get(f"{_TRAIL}{part}") for part in ("x", "values", "stride")]
    x, values, stride = found
    if x is None or values is None or stride is None:
        return None
    wrong = x.ndim != 1 or x.dtype != np.float64 or values.shape != (len(x), len(parameters)) or values.dtype != parameters.dtype
    if wrong or not len(x) or stride.shape != () or not 1 <= int(stride) < 2**40:
        raise FormatError(f"{where}: the history of the parameters is damaged.", _DAMAGED)
    return Trail(x, values, int(stride))


def _stored_table(project: Project) -> tuple[StoredTable, dict[str, NDArray[Any]]]:
    table, source = project.table, project.spec.data.source
    arrays: dict[str, NDArray[Any]] = {}
    columns = []
    for index, column in enumerate(table.columns):
        words = None
        if column.kind == "number":
            arrays[f"column.{index}"] = column.values
        else:
            unique, codes = np.unique(column.values, return_inverse=True)
            words = tuple(unique.tolist())
            arrays[f"column.{index}"] = codes.astype(np.int32)
        columns.append(StoredColumn(column.name, column.kind, words))
    if len(columns) > MANY_COLUMNS:
        arrays = _packed(arrays)
    if table.origin is not None:
        arrays["origin"] = table.origin
    size = sum(a.nbytes for a in arrays.values()) + sum(len(word) for c in columns for word in c.words or ())
    if table.parts is not None:
        arrays["parts"] = table.parts
    if not isinstance(source, PaintedData) and size > EMBED_BYTES:
        return StoredTable(False, table.rows, (), ()), {}
    return StoredTable(True, table.rows, tuple(columns), table.notices), arrays


def _table(spec: ProjectSpec, entries: dict[str, bytes], where: str) -> Table:
    stored = decode(entries["data.json"], StoredTable, f"{where}: data.json")
    if not stored.embedded:
        return _outside(spec.data.source, where)
    arrays = read_tensors(entries["data.safetensors"], f"{where}: data.safetensors")
    packed = {kind: iter(arrays[f"columns.{kind}"]) for kind in ("numbers", "codes") if f"columns.{kind}" in arrays}
    columns = []
    for index, column in enumerate(stored.columns):
        values = next(packed["numbers" if column.words is None else "codes"], np.empty(0)) if packed else arrays[f"column.{index}"]
        if len(values) != stored.rows or (values.dtype.kind == "f") != (column.words is None):
            raise FormatError(f"{where}: the column '{column.name}' of the data is damaged.", _DAMAGED)
        if column.words is not None:
            if len(values) and not 0 <= int(values.min()) <= int(values.max()) < len(column.words):
                raise FormatError(f"{where}: the column '{column.name}' of the data is damaged.", _DAMAGED)
            values = np.array(column.words or ("",), dtype=np.str_)[values]
        columns.append(Column(column.name, column.kind, values))
    return Table(tuple(columns), stored.notices, arrays.get("origin"), arrays.get("parts"))


def _packed(arrays: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return the arrays of very many columns as two, one of numbers and one of codes, each (columns, rows)."""
    numbers = [array for array in arrays.values() if array.dtype.kind == "f"]
    codes = [array for array in arrays.values() if array.dtype.kind != "f"]
    return {f"columns.{kind}": np.stack(found) for kind, found in (("numbers", numbers), ("codes", codes)) if found}


def _outside(source: Any, where: str) -> Table:
    """Return the table of a project whose data are too large to be embedded: made again, or read from the file if it is the same."""
    if isinstance(source, PaintedData):
        raise FormatError(f"{where} lacks its data.", _DAMAGED)
    if not isinstance(source, FileData):
        return sources.made(source)
    paths = (source.path, source.validation, source.test)
    for path in paths:
        if path and not Path(path).is_file():
            raise FormatError(f"{where} needs the data file {path}, which is not there.", "Put it back, or make the project again.")
    for path, known, found in zip(paths, _hashes(source), _hashes(identified(source)), strict=True):
        if known and found != known:
            raise FormatError(f"{where} needs the data file {path}, which has changed since.", "Restore it, or make the project again.")
    return table_of(source)


def _hashes(source: FileData) -> tuple[str, str, str]:
    return source.sha256, source.sha256_validation, source.sha256_test


def _short(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160].rstrip(".")
