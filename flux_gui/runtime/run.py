"""One run of training in progress: model, trainer, evaluations, curves and best epoch, from a project and back to one."""

import math
import time
from dataclasses import replace

import msgspec
import numpy as np

from flux_gui.document.project import Project
from flux_gui.document.states import Best, ModelState, Outcome, frozen
from flux_gui.engine import optimisers
from flux_gui.engine.trainer import Evaluator, Failure, Trainer
from flux_gui.engine.update import OptimiserState
from flux_gui.runtime.history import History
from flux_gui.runtime.probe import Fit, FitProbe, can_fit, model_of, objective_of

FEW = 12  # up to so many parameters have a curve each; of a larger model, the strongest at the start of the run
_SHARE = 5  # evaluations may cost a fifth of the training
_BOOKKEEPING = 60_000  # cost of storing one evaluation, in the unit of `Trainer.operations`
_DENSE_START = 10  # the first epochs, where most happens, are all evaluated


class Run:
    """The working copy of a project while it is being trained; belongs to one thread at a time."""

    def __init__(self, project: Project) -> None:
        self.project = project
        training, state = project.spec.training, project.state
        self.model = model_of(project, state.parameters)
        rule = optimisers.rule(training.optimiser.name, training.optimiser.values)
        self.optimiser = OptimiserState(rule, self.model._store)
        if state.slots:
            self.optimiser.load({name: np.array(array) for name, array in state.slots.items()})
        objective, parts = objective_of(project), project.dataset.parts
        train, validation = parts["train"], parts["validation"]
        self.trainer = Trainer(
            self.model, objective, self.optimiser, train.x, train.y, batch=training.batch, shuffle=training.shuffle, seed=training.seed
        )
        self._place(state)
        self._evaluate_train = Evaluator(self.model, objective, train.x, train.y)
        self._evaluate_validation = Evaluator(self.model, objective, validation.x, validation.y) if len(validation) else None
        self.history = History(state.curves)
        self.events = list(state.events)
        self.best = state.best
        self.seconds = state.seconds
        self._interrupted = False
        self._tracked = tracked(state)
        self.train_loss = math.nan
        self.validation_loss: float | None = None
        self.every = training.evaluate_every or self._cadence()
        self._fit = FitProbe(project, self.model) if can_fit(project) else None
        self._evaluated: int | None = None  # the step of the last evaluation
        if state.step == 0:
            self.evaluate(decide=True)
        else:
            self._measure()

    def target(self, epoch: int | None, batches: int | None) -> int:
        """Return the step at which to stop: the end of `epoch`, or `batches` steps from now."""
        trainer = self.trainer
        if batches is not None:
            return trainer.step + batches
        assert epoch is not None
        return trainer.step + max(epoch - trainer.epoch, 0) * trainer.batches - (trainer.position if epoch > trainer.epoch else 0)

    def interrupt(self) -> None:
        """Let `burst` return after the step it is in; may be called from another thread."""
        self._interrupted = True
        self.trainer.interrupt()

    def burst(self, target: int, seconds: float) -> None:
        """Train for about `seconds`, up to step `target`, evaluating where the cadence says."""
        self._interrupted = False
        deadline = time.perf_counter() + seconds
        trainer = self.trainer
        while trainer.step < target and trainer.failure is None and not self._interrupted:
            left = deadline - time.perf_counter()
            if left <= 0:
                return
            start, first = trainer.step, trainer.epoch + trainer.position / trainer.batches
            stop = min(target, start + self._until_evaluation())
            done = trainer.advance(stop - start, left)
            if done:
                self.history.extend("batch", first + np.arange(done) / trainer.batches, trainer.losses[:done])
            if trainer.failure is None and trainer.position == 0 and self._is_due(trainer.epoch) and trainer.step == stop:
                self.evaluate(decide=True)

    def evaluate(self, decide: bool) -> None:
        """Measure training and validation loss, put them on the curves, and keep the best epoch if it is time to `decide`."""
        trainer = self.trainer
        if self._evaluated == trainer.step:
            return
        self._evaluated = trainer.step
        self._measure()
        x = trainer.epoch + trainer.position / trainer.batches
        points = {"train": self.train_loss}
        if self.validation_loss is not None:
            points["validation"] = self.validation_loss
        points |= {f"parameter.{i}": float(self.model.flat[i]) for i in self._tracked}
        self.history.add(x, points)
        if decide and self.validation_loss is not None and self.project.spec.training.keep_best:
            self._keep_best(self.validation_loss)

    def adjust(self, name: str, value: float) -> None:
        """Change a live value, mark it on the curves and keep it in the project."""
        self.trainer.adjust(**{name: value})
        training = self.project.spec.training
        choice = msgspec.structs.replace(training.optimiser, values={**training.optimiser.values, name: value})
        spec = msgspec.structs.replace(self.project.spec, training=msgspec.structs.replace(training, optimiser=choice))
        self.project = replace(self.project, spec=spec)
        self.events.append((self.trainer.epoch + self.trainer.position / self.trainer.batches, f"{name} {value:g}"))

    def fit(self) -> Fit | None:
        """Return the fitted curve at the present parameters, None for a model with more than one input."""
        return self._fit() if self._fit is not None else None

    def result(self) -> Project:
        """Return the project with the state reached; always with an evaluation at this very point."""
        trainer = self.trainer
        trainer.check()
        finished = trainer.failure is None and trainer.position == 0 and trainer.epoch >= self.project.spec.training.epochs
        if trainer.step:
            self.evaluate(decide=finished)
        outcome: Outcome = "diverged" if trainer.failure else "finished" if finished else "paused" if trainer.step else "new"
        best = self.best
        state = ModelState(
            parameters=frozen(self.model.flat),
            statistics=frozen(self.model.statistics),
            start=self.project.state.start,
            slots={name: frozen(array) for name, array in self.optimiser.export().items()},
            epoch=trainer.epoch,
            step=trainer.step,
            position=trainer.position,
            seconds=self.seconds,
            curves=self.history.curves(),
            events=tuple(self.events),
            best=best,
            in_use="best" if outcome in ("finished", "diverged") and best is not None else "last",
            outcome=outcome,
            message=failure_text(trainer.failure, self.optimiser) if trainer.failure else "",
        )
        self.project = replace(self.project, state=state)
        return self.project

    def _measure(self) -> None:
        self.train_loss = self._evaluate_train()
        self.validation_loss = self._evaluate_validation() if self._evaluate_validation is not None else None

    def _keep_best(self, loss: float) -> None:
        if math.isfinite(loss) and (self.best is None or loss < self.best.loss):
            self.best = Best(self.trainer.epoch, loss, frozen(self.model.flat), frozen(self.model.statistics))

    def _place(self, state: ModelState) -> None:
        fits = state.position < self.trainer.batches  # not when the batch size was changed in the middle of an epoch
        self.trainer.place(state.epoch, state.position if fits else 0, state.step)

    def _cadence(self) -> int:
        cost = self._evaluate_train.operations + _BOOKKEEPING
        cost += self._evaluate_validation.operations if self._evaluate_validation is not None else 0
        return max(1, math.ceil(_SHARE * cost / self.trainer.operations))

    def _is_due(self, epoch: int) -> bool:
        return epoch % self.every == 0 or epoch <= _DENSE_START

    def _until_evaluation(self) -> int:
        trainer = self.trainer
        epochs = 1 if trainer.epoch < _DENSE_START else self.every - trainer.epoch % self.every
        return epochs * trainer.batches - trainer.position


def tracked(state: ModelState) -> list[int]:
    """Return the flat indices of the parameters that have a curve: all while they are few, else the strongest at the start."""
    if len(state.start) <= FEW:
        return list(range(len(state.start)))
    strongest = np.argpartition(-np.abs(state.start), FEW)[:FEW]
    return sorted(int(i) for i in strongest)


def failure_text(failure: Failure, optimiser: OptimiserState) -> str:
    """Return one sentence that says where a run stopped being finite and what to try."""
    rate = optimiser.values.get("eta", 0.0) / 10
    usual = optimiser.rule.entry.hyper("eta").default
    what = f"The loss became {failure.loss:g}" if failure.what == "loss" else "Parameters became infinite"
    return (
        f"{what} at epoch {failure.epoch}, batch {failure.batch}: training stopped and the last finite parameters are kept. "
        f"Try a smaller rate, such as {min(rate, usual):g}, then Reset and Train."
    )
