"""What a user can do with made data: generate them, slide their numbers, paint them, and begin with a sample."""

import msgspec

from flux_gui.data.samples import SAMPLES
from flux_gui.data.table import Table
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.gui.changes import MANY_CELLS, Change
from flux_gui.gui.editor import Editor
from flux_gui.gui.gestures import Gesture
from flux_gui.gui.live_data import going_on, is_live
from flux_gui.specs import Choice, GeneratedData, PaintedData

FIRST = GeneratedData(Choice("circle"), rows=300)
NETWORK = edits.Wishes(hidden=(8, 8), activation="tanh", rate=0.01, epochs=400)
"""A network that learns most generators in a few seconds."""
CANVAS = msgspec.structs.replace(NETWORK, batch=32)  # also while there are fewer points
MOST = 5000  # points that a painting takes over


class DataVerbs(Editor):
    """The verbs of `controller.Controller` that make data instead of reading them."""

    _gesture: Gesture | None = None

    @property
    def gesture(self) -> Gesture:
        """The drag or stroke that is going on, or the next one."""
        if self._gesture is None:
            self._gesture = Gesture(self)
        return self._gesture

    def use_generated(self) -> None:
        """Make the data with a generator, with a network that can learn them."""
        self.edit(lambda _project: edits.project_from_generator(FIRST, NETWORK), "Generate data", fresh=True)

    def use_painted(self, curve: bool = False) -> None:
        """Begin a painting of classes or of a curve, with the points of the project where they can be painted on."""

        def change(project: Project) -> Project:
            source = PaintedData(()) if curve else _classes_of(project)
            return edits.project_from_painted(source, _paintable(project, source), CANVAS)

        self.edit(change, "Paint data", fresh=True)

    def use_sample(self, name: str) -> None:
        """Use a sample with its first network; one that is read from a file comes from the background."""
        entry = SAMPLES.get(name)

        def done(project: Project) -> None:
            self.edit(lambda _before: project, f"Use {entry.label}", "data.source.path", fresh=True)

        if entry.file:
            self._in_background(lambda: edits.project_from_sample(name), done, "data.source.path")
        else:
            self.edit(lambda _project: edits.project_from_sample(name), f"Use {entry.label}", fresh=True)

    def slide(self, path: str, value: object) -> None:
        """Change a number of the data while its knob moves; training goes on with it. The drag ends with `settle_slide`."""
        if not is_live(self.project, path) or _makes_many(self.project, path, value):
            return
        name = path.rpartition(".")[2]
        mark = "" if self.gesture.active else name
        self.gesture.move(going_on(lambda project: edits.set_value(project, path, value), mark), f"Change the {name}", path)

    def settle_slide(self, path: str, value: object) -> bool:
        """End a drag with `value`; return whether there was one."""
        if not self.gesture.active:
            return False
        self.slide(path, value)
        self.gesture.finish()
        return True

    def paint(self, table: Table, text: str) -> None:
        """Let the painting have the points of `table`, while the stroke goes on."""
        mark = "" if self.gesture.active else "painted"

        def change(project: Project) -> Project:
            return edits.paint(project, lambda _table: table)

        self.gesture.move(going_on(change, mark) if mark else change, text, "data.source.painted")

    def end_stroke(self) -> None:
        """Close the stroke: what comes next is another step."""
        self.gesture.finish()

    def set_classes(self, names: tuple[str, ...], text: str) -> None:
        """Rename the classes of the painting by their place, or add one at the end."""
        self.edit(lambda project: edits.with_classes(project, names), text, "data.source.classes")


def live_change(project: Project, path: str, change: Change) -> Change:
    """Return `change` of the setting at `path`, such that training goes on where it can."""
    return going_on(change, path.rpartition(".")[2]) if is_live(project, path) else change


def _makes_many(project: Project, path: str, value: object) -> bool:
    """Return whether a value makes so many rows that they are made when the hand has let go, in the background."""
    rows = int(value) if path.endswith(".rows") and isinstance(value, int | float) else project.table.rows
    return rows * len(project.table.columns) > MANY_CELLS


def _classes_of(project: Project) -> PaintedData:
    """Return a painting with the classes of the project, if its points can be painted on."""
    labels = project.dataset.labels
    fits = [column.name for column in project.table.columns] == ["x1", "x2", "class"] and 2 <= len(labels) <= 10
    return PaintedData(tuple(labels)) if fits else PaintedData()


def _paintable(project: Project, source: PaintedData) -> Table | None:
    """Return the project's points if they can be the painting of `source`, else None."""
    wanted = ["x1", "x2", "class"] if source.classes else ["x", "y"]
    if project.table.rows <= MOST and all(name in project.table for name in wanted):
        return Table(tuple(project.table.column(name) for name in wanted))
    return None
