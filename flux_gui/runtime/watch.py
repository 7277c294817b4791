"""What watches the loss of a run at its evaluations: the rules that end it. Their memory travels with the project."""

from collections.abc import Mapping

from flux_gui.engine.stopping import stop_rule
from flux_gui.specs import TrainingSpec

SINCE = "time.since"


class Watch:
    """The stop rules of a training specification with what they remember from `memory`, keys "<rule>.<name>".

    `fresh` begins to count anew, for a run that goes on after a rule ended it; the time then counts from `seconds`.
    """

    def __init__(self, training: TrainingSpec, memory: Mapping[str, float], fresh: bool, seconds: float) -> None:
        self._since = seconds if fresh else memory.get(SINCE, 0.0)
        self._rules = {choice.name: stop_rule(choice.name, choice.values) for choice in training.stop}
        if not fresh:
            for name, rule in self._rules.items():
                rule.load({key.partition(".")[2]: value for key, value in memory.items() if key.partition(".")[0] == name})

    def __bool__(self) -> bool:
        return bool(self._rules)

    def observe(self, loss: float, seconds: float, what: str) -> str:
        """Tell every rule the loss and the seconds trained so far; return why the run should end, "" when it goes on.

        `what` names the loss, "validation" or "training", in the sentence.
        """
        reasons = [rule.observe(loss, seconds - self._since) for rule in self._rules.values()]
        said = next((reason for reason in reasons if reason), "")
        return said.replace("The loss", f"The {what} loss")

    def state(self) -> dict[str, float]:
        """Return what a resumed run needs."""
        kept = {f"{name}.{key}": value for name, rule in self._rules.items() for key, value in rule.state().items()}
        return kept | ({SINCE: self._since} if self._since and self._rules else {})
