"""Settings of generated data: a picture for each generator, sliders that change the data while they move, and the seed."""

from contextlib import suppress
from typing import Any

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from flux_gui.core.errors import FluxError
from flux_gui.core.registry import Hyper
from flux_gui.data.formula_data import MAX_NOISE, MAX_POINTS
from flux_gui.data.generators import GENERATORS, GeneratorEntry
from flux_gui.gui import icons
from flux_gui.gui.forms import FieldSpec, Form
from flux_gui.gui.setting_fields import label_of
from flux_gui.gui.thumbnails import DotsTile, dots_of_generator, usual_dots
from flux_gui.gui.widgets.slider_field import SliderField
from flux_gui.specs import Choice, GeneratedData

PATH = "data.source.generator"
NOISE, ROWS, SEED = "data.source.noise", "data.source.rows", "data.source.seed"
COLUMNS = 4
MANY_ROWS = 2000  # where the slider of rows ends
MAX_SEED = 2**31 - 1
NOISE_HELP = "Standard deviation of random errors; 0 puts every point exactly on its shape. Moving it moves the same points."
ROWS_HELP = "How many points are made. More rows make each epoch slower and the result steadier."
SEED_HELP = "Another seed draws other points of the same kind."

SEED_FIELDS = [FieldSpec(SEED, "Seed", "integer", low=0, high=MAX_SEED, help=SEED_HELP)]


class GeneratorForm(QWidget):
    """Signals: `edited(path, value)` when a value is chosen, `sliding(path, value)` while a knob moves."""

    edited = Signal(str, object)
    sliding = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = GeneratedData()
        self._shown: GeneratedData | None = None  # whose points the chosen tile shows
        self.tiles: dict[str, DotsTile] = {}
        self.form, self.seed = Form(name="generator"), Form(name="generator.seed")
        for form in (self.form, self.seed):
            form.edited.connect(self.edited)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._gallery())
        column.addWidget(self.form)
        column.addLayout(self._seed_row())

    def _gallery(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(6)
        grid.setColumnStretch(COLUMNS, 1)
        group = QButtonGroup(self)
        for place, entry in enumerate(GENERATORS.in_window()):
            tile = DotsTile(entry.label, entry.doc, self)
            tile.setObjectName(f"generator.{entry.name}")
            tile.setDots(usual_dots(entry.name))
            tile.clicked.connect(lambda _on=False, name=entry.name: self.edited.emit(PATH, name))
            group.addButton(tile)
            self.tiles[entry.name] = tile
            grid.addWidget(tile, place // COLUMNS, place % COLUMNS)
        return grid

    def _seed_row(self) -> QHBoxLayout:
        self.new_seed = QPushButton("New")
        self.new_seed.setObjectName("generator.new_seed")
        self.new_seed.setProperty("small", True)
        self.new_seed.setAccessibleName("New seed")
        self.new_seed.setToolTip("Draw other points of the same kind, with the next seed")
        icons.bind(self.new_seed, "reseed", "muted")
        self.new_seed.clicked.connect(lambda: self.edited.emit(SEED, (self._source.seed + 1) % MAX_SEED))
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.seed, 1)
        row.addWidget(self.new_seed)
        return row

    def forms(self) -> list[Form]:
        """Return the forms, to show errors at their fields."""
        return [self.form, self.seed]

    def show_source(self, source: GeneratedData | None) -> None:
        """Show the settings of `source`; None: there are none, so that no field bears the name of another source's."""
        self.setVisible(source is not None)
        if source is None:
            self.form.setFields([])
            self.seed.setFields([])
            return
        self.seed.setFields(SEED_FIELDS)
        entry = GENERATORS.get(source.generator.name)
        self._source = source
        before = set(self.form.paths())
        self.form.setFields(fields(entry))
        for path in self.form.paths():
            field = self.form.field(path)
            if path not in before or not field.property("slides"):
                self._listen(path, field)
        values: dict[str, Any] = {f"{PATH}.{name}": value for name, value in entry.values(source.generator.values).items()}
        self.form.setValues({NOISE: source.noise, ROWS: source.rows, **values})
        self.seed.setValues({SEED: source.seed})
        self.tiles[entry.name].setChecked(True)
        self._draw(source)

    def _listen(self, path: str, field: QWidget) -> None:
        if isinstance(field, SliderField):
            field.setProperty("slides", True)
            whole = path == ROWS or self._hyper(path).integer
            field.sliding.connect(lambda value, p=path, w=whole: self._slide(p, int(value) if w else value))

    def _hyper(self, path: str) -> Hyper:
        entry = GENERATORS.get(self._source.generator.name)
        return next((one for one in entry.hypers if path == f"{PATH}.{one.name}"), Hyper("", 0, 0, 1, ""))

    def _slide(self, path: str, value: float) -> None:
        """Show what the data become while the knob moves, and tell it."""
        self._draw(changed(self._source, path, value))
        self.sliding.emit(path, value)

    def _draw(self, source: GeneratedData) -> None:
        """Let the chosen tile show the points themselves; the one chosen before shows its kind again."""
        if source == self._shown:
            return
        before, self._shown = self._shown, source
        name = source.generator.name
        if before is not None and before.generator.name != name:
            self.tiles[before.generator.name].setDots(usual_dots(before.generator.name))
        with suppress(FluxError):  # what is wrong is told at the field
            self.tiles[name].setDots(dots_of_generator(source))


def fields(entry: GeneratorEntry) -> list[FieldSpec]:
    """Return the rows of a generator: noise, number of rows, and what it can be told itself."""
    rows = [
        FieldSpec(NOISE, "Noise", "slider", low=0.0, high=MAX_NOISE, top=entry.noise, help=NOISE_HELP, wide=True),
        FieldSpec(ROWS, "Rows", "whole slider", low=1, high=MAX_POINTS, top=MANY_ROWS, scale="log", help=ROWS_HELP, wide=True),
    ]
    for hyper in entry.hypers:
        kind = "whole slider" if hyper.integer else "slider"
        text = f"{hyper.doc} Usually {hyper.default:g}."
        rows.append(FieldSpec(f"{PATH}.{hyper.name}", label_of(hyper), kind, low=hyper.low, high=hyper.high, help=text, wide=True))  # type: ignore[arg-type]
    return rows


def changed(source: GeneratedData, path: str, value: float) -> GeneratedData:
    """Return `source` with one of its numbers changed, by its path in the specification."""
    name = path.rpartition(".")[2]
    if path.startswith(f"{PATH}."):
        choice = source.generator
        return msgspec.structs.replace(source, generator=Choice(choice.name, {**choice.values, name: float(value)}))
    return msgspec.structs.replace(source, **{name: value})
