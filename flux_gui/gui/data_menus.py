"""The menus behind the facts about the data: each offers what could be instead, as one setting of the project."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from flux_gui.data.blanks import BLANKS, GAPS
from flux_gui.data.missing import IMPUTERS
from flux_gui.data.roles import obstacle
from flux_gui.data.scaling import SCALERS
from flux_gui.data.sniff import ENCODINGS, NAMES
from flux_gui.data.split import SPLITS
from flux_gui.document.project import Project
from flux_gui.gui.column_menu import Edited, column_specs, columns_menu, shown_name
from flux_gui.gui.long_menu import add_in_parts
from flux_gui.gui.reading_keeper import HowRead
from flux_gui.specs import FileData
from flux_gui.specs.data import Role

CELLS = 200_000  # a table with more is not looked through for what each column could serve as
SHARES = ((0.7, 0.15, 0.15), (0.8, 0.1, 0.1), (0.6, 0.2, 0.2), (0.8, 0.0, 0.2))
WRITTEN = {
    "cp1252": "Windows-1252, Western European",
    "latin-1": "Latin-1, Western European",
    "iso8859-15": "Latin-9, Western European with \u20ac",
    "cp1250": "Windows-1250, Central European",
    "cp1251": "Windows-1251, Cyrillic",
    "mac-roman": "Mac Roman, old Macintosh",
    "shift_jis": "Shift JIS, Japanese",
    "gb18030": "GB 18030, Chinese",
}
MEANT = {
    BLANKS: "Any run of blanks or tabs, as in columns that stand under each other",
    GAPS: "Two blanks and more; a cell may hold one blank",
}
TASKS = (
    ("", "As the column suggests", "Words make classes, quantities a regression."),
    ("regression", "Regression", "The target is a quantity."),
    ("binary", "Yes or no", "The target has two values."),
    ("classes", "Classes", "The target is one of several kinds."),
)


@dataclass(frozen=True)
class Offer:
    """One choice: the value it stands for, its text and meaning, and why it cannot be chosen."""

    value: object
    text: str
    tip: str = ""
    refusal: str = ""


def offer_menu(parent: QWidget, title: str, path: str, offers: Iterable[Offer], now: object, edited: Edited) -> QMenu:
    """Return a menu of `offers` for the setting at `path`; `edited(path, value)` is called with another one than `now`."""
    menu = QMenu(parent)
    menu.setObjectName(f"menu.{path}")
    menu.setToolTipsVisible(True)
    menu.addAction(title).setEnabled(False)
    add_offers(menu, path, offers, now, edited)
    return menu


def add_offers(menu: QMenu, path: str, offers: Iterable[Offer], now: object, edited: Edited) -> None:
    """Append `offers` to a menu; very many go into menus below it."""
    add_in_parts(menu, tuple(offers), lambda place, some: _add_offers(place, path, some, now, edited), lambda offer: offer.text)


def _add_offers(menu: QMenu, path: str, offers: Iterable[Offer], now: object, edited: Edited) -> None:
    group = QActionGroup(menu)
    for offer in offers:
        text = shown_name(offer.text)
        action = QAction(f"{text} ({offer.refusal})" if offer.refusal else text, group)
        action.setObjectName(f"{path}.{offer.value}")
        action.setToolTip(offer.tip or offer.text)
        action.setCheckable(True)
        action.setChecked(offer.value == now)
        action.setEnabled(not offer.refusal)
        action.triggered.connect(lambda _on=False, value=offer.value: value == now or edited(path, value))
        menu.addAction(action)


def could_be(project: Project, role: Role) -> tuple[Offer, ...]:
    """Return the columns of a file that can serve as target or split; of a large table those that look like it."""
    table, specs = project.table, column_specs(project)
    few = table.rows * len(table.columns) <= CELLS
    offers, columns = [], {column.name: column for column in table.columns}
    for spec in specs:
        column = columns.get(spec.name)
        if column is None:
            continue
        if role == "split" and spec.role == "target":
            continue
        freed = msgspec.structs.replace(spec, role="ignore") if spec.role == "target" and role == "target" else spec
        serves = not obstacle(freed, column, role) if few or role == "split" else spec.kind != "text"
        if serves or spec.role == role:
            offers.append(Offer(spec.name, spec.name, spec.reason))
    return tuple(offers)


def task_menu(parent: QWidget, project: Project, edited: Edited) -> QMenu:
    """Return the choice of the task."""
    source, words = project.spec.data.source, project.dataset.preparation.target_kind == "category"
    assert isinstance(source, FileData)
    refusals = {"regression": "the target holds words"} if words else {}
    if project.dataset.task != "regression" and len(project.dataset.labels) != 2:
        refusals["binary"] = "the target has more than two values"
    offers = [Offer(key, text, tip, refusals.get(key, "")) for key, text, tip in TASKS]
    return offer_menu(parent, "What is predicted", "data.source.task", offers, source.task, edited)


def inputs_menu(parent: QWidget, project: Project, edited: Edited) -> QMenu:
    """Return the choice of the target, then the menu of each column."""
    menu = columns_menu(parent, project, edited)
    source = project.spec.data.source
    if isinstance(source, FileData) and menu.actions():
        first = menu.actions()[0]
        target = offer_menu(menu, "Target", "data.source.target", could_be(project, "target"), source.target, edited)
        target.setTitle(f"Predict   ({shown_name(source.target)})")
        menu.insertMenu(first, target)
        menu.insertSeparator(first)
    return menu


def scaling_menu(parent: QWidget, project: Project, edited: Edited) -> QMenu:
    """Return the choices of scaling, of the inputs and of a quantity to predict."""
    prepare = project.spec.data.prepare
    offers = [Offer(entry.name, entry.label, f"{entry.formula}\n{entry.doc}") for entry in SCALERS.in_window()]
    menu = offer_menu(parent, "Inputs are", "data.prepare.scale_inputs", offers, prepare.scale_inputs, edited)
    if project.dataset.task == "regression":
        menu.addSeparator()
        menu.addAction("The target is").setEnabled(False)
        add_offers(menu, "data.prepare.scale_target", offers, prepare.scale_target, edited)
    return menu


def missing_menu(parent: QWidget, project: Project, edited: Edited) -> QMenu:
    """Return the choices for missing cells."""
    prepare = project.spec.data.prepare
    offers = [Offer(entry.name, entry.label, entry.doc) for entry in IMPUTERS.in_window()]
    menu = offer_menu(parent, "For a missing cell", "data.prepare.missing", offers, prepare.missing, edited)
    menu.addSeparator()
    _switch(menu, "Also tell the network where cells are missing", "data.prepare.missing_indicator", prepare.missing_indicator, edited)
    return menu


def split_menu(parent: QWidget, project: Project, edited: Edited) -> QMenu:
    """Return the choices of how rows are divided: shares, by lot or in order, by a column, and another seed."""
    split, source = project.spec.data.split, project.spec.data.source
    divided = next((spec.name for spec in column_specs(project) if spec.role == "split"), "")
    offers = [
        Offer(msgspec.structs.replace(split, train=a, validation=b, test=c), f"{a:.0%} / {b:.0%} / {c:.0%}", "training / validation / test")
        for a, b, c in SHARES
    ]
    menu = offer_menu(parent, "Training / validation / test", "data.split", offers, None if divided else split, edited)
    menu.addSeparator()
    methods = [Offer(entry.name, f"Rows {entry.label}", entry.doc) for entry in SPLITS.in_window()]
    add_offers(menu, "data.split.method", methods, None if divided else split.method, edited)
    if isinstance(source, FileData):
        columns = [Offer(one.value, f"By the column {one.text}", one.tip) for one in could_be(project, "split")]
        if divided:
            columns.insert(0, Offer("none", "By shares, not by a column"))
        add_offers(menu, "data.source.split_column", columns, divided or "none", edited)
    menu.addSeparator()
    if project.dataset.labels:
        _switch(menu, "Every class in equal shares", "data.split.stratified", split.stratified, edited)
    if split.method == "random" and not divided:
        action = menu.addAction("Divide anew with the next seed")
        action.triggered.connect(lambda: edited("data.split.seed", split.seed + 1))
    return menu


def reading_menu(parent: QWidget, option: str, how: HowRead, chosen: str, edited: Edited) -> QMenu:
    """Return the choices of how a file is read: its delimiter, decimal sign, encoding, header or sheet."""
    path, used = f"data.source.reading.{option}", getattr(how.reading, option)
    title, offers = {
        "delimiter": ("Cells are separated by", [Offer(sign, NAMES[sign].capitalize(), MEANT.get(sign, "")) for sign in NAMES]),
        "decimal": ("Decimal sign", [Offer(".", "Point, as in 0.5"), Offer(",", "Comma, as in 0,5")]),
        "encoding": (
            "Text is stored as",
            [Offer(name, _described(name)) for name in dict.fromkeys((*((used,) if used else ()), *ENCODINGS))],
        ),
        "header": ("The first row", [Offer("yes", "Holds the names of the columns"), Offer("no", "Is data; columns get numbers")]),
        "sheet": ("Sheet", [Offer(name, name) for name in how.sheets]),
    }[option]
    menu = offer_menu(parent, title, path, offers, used if chosen else None, edited)
    menu.addSeparator()
    if chosen:
        menu.addAction("Find out by itself").triggered.connect(lambda: edited(path, ""))
        return menu
    for action in menu.actions():
        if action.objectName() == f"{path}.{used}":
            action.setChecked(True)
    reason = how.reasons.get(option, "")
    if reason:
        menu.addAction(shown_name(f"Found out: {reason}")).setEnabled(False)
    return menu


def encoding_name(name: str) -> str:
    """Return what people call an encoding."""
    return WRITTEN.get(name, name.upper().removesuffix("-SIG")).partition(",")[0]


def _described(name: str) -> str:
    called = WRITTEN.get(name, name.upper().removesuffix("-SIG"))
    return called.replace(", ", "   (", 1) + ")" if "," in called else called


def _switch(menu: QMenu, text: str, path: str, on: bool, edited: Callable[[str, object], object]) -> None:
    action = menu.addAction(text)
    action.setObjectName(path)
    action.setCheckable(True)
    action.setChecked(on)
    action.triggered.connect(lambda _on=False: edited(path, not on))
