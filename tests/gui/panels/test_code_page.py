"""The page of code: written only when somebody looks, always of the network there is now."""

from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.exporters.code import CODES, source
from flux_gui.gui.panels.code_page import CodePage


def shown(page: CodePage, qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: not page.worker.busy)
    return page.text.toPlainText()


def test_every_language_and_both_ways(qtbot: QtBot) -> None:
    page = CodePage()
    qtbot.addWidget(page)
    project = edits.line_example()
    page.show_project(project)
    assert not page.worker.busy  # nobody looks
    page.show()
    for entry in CODES:
        page.language.button(entry.name).click()
        assert shown(page, qtbot) == source(project, entry.name)
        assert page.about.text() == entry.doc
        assert page.extension == entry.extension
        page.weights.click()
        assert shown(page, qtbot) == source(project, entry.name, weights=False)
        page.weights.click()
    page.worker.stop()


def test_it_follows_the_network_and_stays_where_one_reads(qtbot: QtBot) -> None:
    page = CodePage()
    qtbot.addWidget(page)
    page.resize(600, 200)
    page.show()
    project = edits.line_example()
    page.show_project(project)
    shown(page, qtbot)
    page.text.verticalScrollBar().setValue(5)
    page.show_project(edits.set_parameter(project, 0, 0.125))
    assert "0.125" in shown(page, qtbot)
    assert page.text.verticalScrollBar().value() == 5
    page.worker.stop()


def test_a_large_network_is_shown_without_weights(qtbot: QtBot) -> None:
    page = CodePage()
    qtbot.addWidget(page)
    page.show()
    page.show_project(edits.replace_text(edits.line_example(), "Chain(Dense(300), Dense(300), Dense(1))"))
    assert "too many" not in shown(page, qtbot)
    assert not page.weights.isEnabled()
    assert "NPZ" in page.weights.toolTip()
    page.show_project(edits.line_example())
    assert page.weights.isEnabled()
    page.worker.stop()
