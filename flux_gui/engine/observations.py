"""Data helpers with Flux's names: one-hot coding, batches, splits and folds. Rows are observations; indices count from 0.

Source: OneHotArrays, and MLUtils `src/dataloader.jl`, `src/splitobs.jl`, `src/folds.jl`. *Data* is an array whose first axis counts rows, a
tuple of such arrays, or a dict of them; what comes back has the same form. Random orders are functions of the seed.
"""

import itertools
import warnings
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import DataError, SettingError, ShapeError
from flux_gui.engine.backend import permutation

Rows = NDArray[np.intp]


def onehot(x: Any, labels: Iterable[Any], default: Any = None) -> NDArray[np.float32]:
    """Return a float32 (K,) array: 1 at the place of `x` among the K `labels`, 0 elsewhere. Flux: `onehot(x, labels)`.

    A value that is no label counts as `default` if that is given, else raises DataError.

    >>> onehot("b", "abc")
    array([0., 1., 0.], dtype=float32)
    """
    row: NDArray[np.float32] = _onehot([x], labels, default)[0]
    return row


def onehotbatch(xs: Iterable[Any], labels: Iterable[Any], default: Any = None) -> NDArray[np.float32]:
    """Return a float32 (n, K) array with a row of `onehot` for each of the n values. Flux: `onehotbatch(xs, labels[, default])`, (K, n).

    >>> onehotbatch([2, 0], range(3))
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """
    return _onehot(xs.tolist() if isinstance(xs, np.ndarray) else list(xs), labels, default)


def onecold(y: Any, labels: Iterable[Any] | None = None) -> Any:
    """Return the label (by default the index) of the largest number of y (K,), or an array of them for the rows of y (n, K).

    The first wins ties; NaN raises DataError. Flux: `onecold(y, labels)`, whose labels count from 1 by default.

    >>> onecold([0.3, 0.2, 0.5], "abc")
    'c'
    """
    numbers = np.asarray(y)
    names = None if labels is None else list(labels)
    if numbers.ndim not in (1, 2) or numbers.shape[-1] == 0 or (names is not None and numbers.shape[-1] != len(names)):
        wanted = "of one number per label" if names is None else f"of {len(names)} numbers, one per label"
        raise ShapeError(f"onecold expects rows {wanted}, got the shape {numbers.shape}.", "Give (K,) or (n, K).")
    if np.isnan(numbers).any():
        raise DataError("onecold cannot say which number is largest: there is NaN among them.", "Look for NaN in the outputs.")
    places = numbers.argmax(axis=-1)
    if names is None:
        return int(places) if numbers.ndim == 1 else places
    return names[int(places)] if numbers.ndim == 1 else np.array(names)[places]


class DataLoader:
    """Iterates over data in batches of `batchsize` rows. Flux: `DataLoader(data; batchsize = 1, shuffle = false, partial = true, rng)`.

    `shuffle` takes a new order at the start of every pass: pass p of seed s is always the same. `partial=False` leaves out a last
    batch that is short. A negative `batchsize` gives single observations without a batch axis; one above the number of rows is
    lowered to it with a warning. Without `shuffle` batches are views. A tuple gives tuples, which `train` spreads over the loss.

    >>> [len(x) for x, y in DataLoader((np.zeros((5, 2)), np.zeros(5)), batchsize=2)]
    [2, 2, 1]
    """

    def __init__(self, data: Any, *, batchsize: int = 1, shuffle: bool = False, partial: bool = True, seed: int | None = None) -> None:
        self.data, self.rows = _checked(data)
        if batchsize == 0:
            raise SettingError("batchsize must not be 0.", "Use 1 or more, or -1 for single observations.")
        if batchsize > self.rows > 0:
            warnings.warn(f"batchsize {batchsize} is more than the {self.rows} rows: one batch of all rows is used.", stacklevel=2)
            batchsize = self.rows
        self.batchsize, self.shuffle, self.partial = batchsize, shuffle, partial
        self.seed = _seed(seed)
        self._passes = 0

    def __len__(self) -> int:
        """Number of batches in a pass."""
        size = max(self.batchsize, 1)
        return -(-self.rows // size) if self.partial else self.rows // size

    def __iter__(self) -> Iterator[Any]:
        order = permutation(self.seed, self._passes, self.rows) if self.shuffle else None
        self._passes += 1
        size = max(self.batchsize, 1)
        for start in range(0, len(self) * size, size):
            stop = min(start + size, self.rows)
            chosen: Any = slice(start, stop) if order is None else order[start:stop]
            if self.batchsize < 0:
                chosen = start if order is None else order[start]
            yield _taken(self.data, chosen)

    def __repr__(self) -> str:
        return f"DataLoader({self.rows} rows, batchsize={self.batchsize}, shuffle={self.shuffle}, partial={self.partial})"


def splitobs(
    data: Any,
    *,
    at: float | int | Sequence[float | int],
    shuffle: bool = False,
    stratified: Sequence[Any] | NDArray[Any] | None = None,
    seed: int | None = None,
) -> tuple[Any, ...]:
    """Return `data` divided into parts. Flux: `splitobs(data; at, shuffle = false, stratified = nothing)`.

    `at` is the share (a float) or the number (an int) of rows of the first part, or a tuple of k of them for k + 1 parts; a part has
    round(n at) rows, a half goes to the even number. `stratified`, the label of each row, divides the rows of every label so, in
    rising order unless `shuffle`. A whole number n for `data` divides the indices 0 ... n - 1. With neither, parts are views.

    >>> [part.tolist() for part in splitobs(np.arange(5), at=0.7)]
    [[0, 1, 2, 3], [4]]
    """
    data, rows = _checked(data)
    shares = tuple(at) if isinstance(at, Sequence) else (at,)
    _check_shares(shares, rows, stratified is not None)
    order = permutation(_seed(seed), 0, rows) if shuffle else np.arange(rows)
    if stratified is None:
        parts = _cut(order, shares)
        if not shuffle:
            return tuple(_taken(data, slice(p[0], p[-1] + 1) if len(p) else slice(0, 0)) for p in parts)
    else:
        parts = _stratified(order, shares, np.asarray(stratified), rows)
    return tuple(_taken(data, p) for p in parts)


def kfolds(data: Any, k: int = 5) -> list[tuple[Any, Any]]:
    """Return k pairs (training, validation): each row is in one validation fold. Flux: `kfolds(data, k = 5)`.

    Folds are runs of neighbouring rows, the first n % k of them one larger; shuffle the data before if their order means something.
    A whole number n for `data` gives pairs of index arrays.

    >>> [validation.tolist() for _, validation in kfolds(5, 2)]
    [[0, 1, 2], [3, 4]]
    """
    data, rows = _checked(data)
    if not 1 < k <= rows:
        raise SettingError(f"The number of folds must be at least 2 and at most the number of rows, {rows}, got {k}.", "Usual is 5.")
    bounds = np.cumsum([0] + [rows // k + (i < rows % k) for i in range(k)]).tolist()
    everything = np.arange(rows)
    folds = []
    for start, stop in itertools.pairwise(bounds):
        fold = slice(start, stop)
        folds.append((_taken(data, np.delete(everything, fold)), _taken(data, fold)))
    return folds


def _onehot(xs: list[Any], labels: Iterable[Any], default: Any) -> NDArray[np.float32]:
    names = labels.tolist() if isinstance(labels, np.ndarray) else list(labels)
    for value in (*names, *xs):
        if not isinstance(value, Hashable):
            raise DataError(f"{value!r} cannot be a label.", "Labels are single words or numbers: flatten the array first.")
    places = {label: i for i, label in enumerate(names)}
    if len(places) != len(names):
        raise SettingError(f"The labels {_listed(names)} are not all different.", "Name each label once.")
    if default is not None and default not in places:
        raise SettingError(f"The default {default!r} is none of the labels {_listed(names)}.", "Use one of them.")
    hot = np.zeros((len(xs), len(names)), np.float32)
    for row, x in enumerate(xs):
        place = places.get(x, places.get(default) if default is not None else None)
        if place is None:
            raise DataError(f"The value {x!r} is none of the labels {_listed(names)}.", "Add the label, or give a default.")
        hot[row, place] = 1
    return hot


def _listed(names: list[Any]) -> str:
    return ", ".join(map(str, names[:8])) + (", ..." if len(names) > 8 else "")


def _seed(seed: int | None) -> int:
    return int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed


def _map(function: Callable[[NDArray[Any]], Any], data: Any) -> Any:
    """Apply `function` to each array of `data`, keeping its form."""
    if isinstance(data, tuple):
        return tuple(function(part) for part in data)
    if isinstance(data, dict):
        return {name: function(part) for name, part in data.items()}
    return function(data)


def _taken(data: Any, rows: Any) -> Any:
    """Return the chosen rows of every array."""
    return _map(lambda part: part[rows], data)


def _checked(data: Any) -> tuple[Any, int]:
    """Return data as arrays, and the number of rows that all of them have; a whole number stands for its indices."""
    if isinstance(data, int | np.integer):
        return np.arange(data), int(data)
    arrays = _map(np.asarray, data)
    parts = list(arrays) if isinstance(arrays, tuple) else list(arrays.values()) if isinstance(arrays, dict) else [arrays]
    counts = [part.shape[0] if part.ndim else None for part in parts]
    if not counts or None in counts or len(set(counts)) != 1:
        shown = ", ".join("a single number" if count is None else str(count) for count in counts) or "none"
        raise ShapeError(f"All arrays must have the same number of rows, got {shown}.", "Give (x, y) with a row of each per observation.")
    return arrays, int(counts[0] or 0)


def _check_shares(shares: tuple[float | int, ...], rows: int, stratified: bool) -> None:
    whole = [isinstance(share, int | np.integer) for share in shares]
    if not shares or any(whole) != all(whole) or (stratified and any(whole)):
        hint = "Write at=0.7, or at=(0.7, 0.15)."
        raise SettingError(f"at must be shares between 0 and 1{'' if stratified else ', or numbers of rows'}, got {shares}.", hint)
    limit = rows if all(whole) else 1.0
    if any(not 0 <= share <= limit for share in shares) or sum(shares) > limit * (1 + 1e-9):
        raise SettingError(f"The parts must be at least 0 and together at most {limit:g}, got {shares}.", "Make them smaller.")


def _cut(order: Rows, shares: tuple[float | int, ...]) -> list[Rows]:
    """Return `order` cut into stretches of the given shares or numbers, and the rest."""
    rows, position = len(order), 0
    parts = []
    for share in shares:
        size = int(share) if isinstance(share, int | np.integer) else round(rows * share)
        parts.append(order[position : position + size])
        position = min(position + size, rows)
    return [*parts, order[position:]]


def _stratified(order: Rows, shares: tuple[float | int, ...], labels: NDArray[Any], rows: int) -> list[Rows]:
    if labels.shape != (rows,):
        raise ShapeError(f"stratified needs one label for each of the {rows} rows, got the shape {labels.shape}.", "Give an array (n,).")
    codes = np.unique(labels, return_inverse=True)[1][order]
    groups = [_cut(order[codes == code], shares) for code in range(int(codes.max(initial=-1)) + 1)]
    joined = [np.concatenate(parts) for parts in zip(*groups, strict=True)] or [order] * (len(shares) + 1)
    place = np.empty(rows, np.intp)
    place[order] = np.arange(rows)  # back to the one order, so that labels stay mixed in every part
    return [part[np.argsort(place[part])] for part in joined]
