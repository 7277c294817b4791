"""Tests of Del: with the picture in focus it removes the selected layer, in a table it does nothing of the kind."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from person import Person


def test_del_in_a_table_leaves_the_network_alone(person: Person) -> None:
    window, controller = person.window, person.window.controller
    controller.add_layer(0)
    window.stage.view.selectLayer(controller.project.spec.model.layers[0].id)
    before = controller.project.spec.model
    window.drawer.show_page(0)
    table = window.parameters.table if hasattr(window.parameters, "table") else window.parameters
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert controller.project.spec.model == before
    window.stage.view.setFocus()
    QTest.keyClick(window.stage.view, Qt.Key.Key_Delete)
    assert len(controller.project.spec.model.layers) == len(before.layers) - 1
