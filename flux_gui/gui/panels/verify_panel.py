"""Section 4: one button that opens the sealed test rows, and the metrics it found."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from flux_gui.document.project import Project
from flux_gui.gui.actions import Actions
from flux_gui.gui.view import grouped, headline_first, metric_help, metric_label, score
from flux_gui.gui.widgets import Section


class VerifyPanel(Section):
    """Verify and, once done, the metrics on the test rows."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(4, "Verify", parent, help_text="Test rows are never used in training; they say how good the network really is.")
        self.button = QPushButton("Verify on test data")
        self.button.setObjectName("panel.verify.run")
        self.button.setToolTip(actions["verify.run"].toolTip())
        self.button.clicked.connect(actions["verify.run"].trigger)
        self.metrics = QWidget()
        self.grid = QGridLayout(self.metrics)
        self.grid.setContentsMargins(0, 4, 0, 0)
        self.grid.setVerticalSpacing(3)
        self.metrics.hide()
        self.addWidget(self.button)
        self.addWidget(self.metrics)

    def show_project(self, project: Project) -> None:
        """Show how many rows are sealed; metrics of an earlier state disappear."""
        count = len(project.dataset.parts["test"].x)
        self.setSummary(f"{grouped(count)} test rows sealed" if count else "no test rows")
        self.button.setEnabled(count > 0)
        self.metrics.hide()

    def show_metrics(self, rows: int, metrics: dict[str, float]) -> None:
        """Show the metrics of a verification."""
        while (item := self.grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for row, (name, value) in enumerate(headline_first(metrics)):
            label, figure = QLabel(metric_label(name)), QLabel(score(value, 6))
            label.setProperty("muted", True)
            label.setToolTip(metric_help(name))
            figure.setObjectName(f"verify.metric.{name}")
            figure.setProperty("strong", True)
            self.grid.addWidget(label, row, 0)
            self.grid.addWidget(figure, row, 1, Qt.AlignmentFlag.AlignRight)
        self.grid.setColumnStretch(0, 1)
        self.setSummary(f"{grouped(rows)} test rows")
        self.metrics.show()
