"""The menu of one column of a table: what it is used for and how its cells are read."""

from collections.abc import Callable, Sequence

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from flux_gui.data.roles import obstacle
from flux_gui.document.project import Project
from flux_gui.gui.long_menu import add_in_parts
from flux_gui.specs import ColumnSpec, FileData

ROLES = (
    ("input", "Input"),
    ("target", "Target, the column to predict"),
    ("split", "Split, says train or test"),
    ("weight", "Weight, how much a row counts"),
    ("ignore", "Not used"),
)
KINDS = (("number", "Numbers"), ("category", "Categories"), ("text", "Text"))
ROLE_WORDS = {"input": "input", "target": "target", "split": "split", "weight": "weight", "ignore": "not used"}

Edited = Callable[[str, object], object]


def column_specs(project: Project) -> tuple[ColumnSpec, ...]:
    """Return what the columns of a project's file are used for; a formula has none that could be changed."""
    source = project.spec.data.source
    return source.columns if isinstance(source, FileData) else ()


def column_menu(parent: QWidget, project: Project, place: int, edited: Edited) -> QMenu:
    """Return the menu of column `place`; `edited(path, value)` is called with what the user chooses."""
    spec = column_specs(project)[place]
    column = project.table.column(spec.name)
    menu = QMenu(shown_name(spec.name), parent)
    menu.setObjectName("column.menu")
    path = f"data.source.columns.{place}"
    _heading(menu, f"Use {shown_name(spec.name)} as")
    _choices(menu, f"{path}.role", ROLES, spec.role, lambda role: obstacle(spec, column, role), edited)
    menu.addSeparator()
    _heading(menu, "Read its cells as")
    _choices(menu, f"{path}.kind", KINDS, spec.kind, lambda kind: _refused(spec, kind), edited)
    return menu


def columns_menu(parent: QWidget, project: Project, edited: Edited) -> QMenu:
    """Return a menu with the menu of each column below its name."""
    menu = QMenu(parent)
    menu.setObjectName("columns.menu")
    specs = column_specs(project)

    def add(place: QMenu, some: Sequence[int]) -> None:
        for number in some:
            below = column_menu(place, project, number, edited)
            below.setTitle(f"{shown_name(specs[number].name)}   ({ROLE_WORDS[specs[number].role]})")
            place.addMenu(below)

    add_in_parts(menu, range(len(specs)), add, lambda number: specs[number].name)
    return menu


def _heading(menu: QMenu, text: str) -> None:
    menu.addAction(text).setEnabled(False)


def _choices(menu: QMenu, path: str, choices: tuple[tuple[str, str], ...], now: str, why_not: Callable[..., str], edited: Edited) -> None:
    group = QActionGroup(menu)
    for key, text in choices:
        reason = why_not(key)
        action = QAction(f"{text.partition(',')[0]} ({reason})" if reason else text, group)
        action.setObjectName(f"{path}.{key}")
        action.setCheckable(True)
        action.setChecked(key == now)
        action.setEnabled(not reason)
        action.triggered.connect(lambda _on=False, value=key: value == now or edited(path, value))
        menu.addAction(action)


def _refused(spec: ColumnSpec, kind: str) -> str:
    if kind == spec.kind:
        return ""
    if spec.role == "split":
        return "it says the split"
    return "the target cannot be text" if kind == "text" and spec.role == "target" else ""


def shown_name(name: str) -> str:
    """Return a column's name for a menu: short enough, and with no letter taken for a key."""
    return (name if len(name) <= 60 else f"{name[:59]}\u2026").replace("&", "&&")
