"""One run of training in progress: model, trainer, evaluations, curves and best epoch, from a project and back to one."""

import math
import time
from dataclasses import replace

import numpy as np

from flux_gui.document.pins import pinned
from flux_gui.document.project import Project
from flux_gui.document.states import Best, Curve, ModelState, Outcome, frozen
from flux_gui.document.values import with_value
from flux_gui.engine import models, optimisers
from flux_gui.engine.backend import blas_threads
from flux_gui.engine.layers import Chain
from flux_gui.engine.schedules import Schedule, build
from flux_gui.engine.trainer import Failure, Trainer
from flux_gui.engine.update import OptimiserState, setup
from flux_gui.runtime.history import History
from flux_gui.runtime.layers import by_id
from flux_gui.runtime.map_probe import DecisionMap, map_probe
from flux_gui.runtime.probe import Fit, FitProbe, can_fit, evaluator, model_of, objective_of
from flux_gui.runtime.rows import rows_of
from flux_gui.runtime.trail import curve_of
from flux_gui.runtime.unit_inputs import UnitWish
from flux_gui.runtime.unit_probe import UnitPictures, UnitProbe
from flux_gui.runtime.watch import Watch

FEW = 12  # up to so many parameters have a curve each; of a larger model, the strongest at the start of the run
BEGIN_ANEW = ", then Reset and Train."  # what the buttons of the window are called
_SHARE = 5  # evaluations may cost a fifth of the training
_BOOKKEEPING = 250_000  # cost of storing one evaluation, in the unit of `Trainer.operations`
_DENSE_START = 10  # the first epochs, where most happens, are all evaluated
_DENSITY = 16  # later ones at least so often as the number of epochs doubles, as long as the cadence is not reached


class Run:
    """The working copy of a project while it is being trained; belongs to one thread at a time."""

    def __init__(self, project: Project) -> None:
        self.project = project
        training, state = project.spec.training, project.state
        self.model = model_of(project, state.parameters)
        self.optimiser = optimiser_of(project, self.model)
        self.trainer, self._schedule = trainer_of(project, self.model, self.optimiser)
        arena = self.trainer.arena
        found = evaluator(project, self.model, "train", arena)
        assert found is not None  # a training row always counts
        self._evaluate_train, self._evaluate_validation = found, evaluator(project, self.model, "validation", arena)
        self._tracked = tracked(project)
        self.history = History(_with_trail(state, self._tracked), len(state.parameters), state.trail)
        self.events = list(state.events)
        self.best = state.best
        self.seconds = state.seconds
        self.threads = blas_threads() if state.step == 0 or not state.threads else state.threads
        self.stopped = ""  # why a rule ended the run
        self._watch = Watch(training, state.watch, state.outcome == "stopped", state.seconds)
        self._interrupted = False
        self.train_loss = math.nan
        self.validation_loss: float | None = None
        self.every = training.evaluate_every or self._cadence()
        self._fit = FitProbe(project, self.model) if can_fit(project) else None
        self._map = map_probe(project, self.model)
        self._units = UnitProbe(project, self.model)
        self._evaluated: int | None = None  # the step of the last evaluation
        self._began = time.perf_counter()  # of the present burst
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

    def go_on(self) -> None:
        """Let a run that a stop rule ended go on: the rules count anew from here."""
        if self.stopped:
            self.stopped = ""
            self._watch = Watch(self.project.spec.training, {}, True, self.seconds)

    def burst(self, target: int, seconds: float) -> None:
        """Train for about `seconds`, up to step `target`, evaluating where the cadence says."""
        self._interrupted = False
        self._began, before = time.perf_counter(), self.seconds
        deadline = self._began + seconds
        trainer = self.trainer
        while trainer.step < target and trainer.failure is None and not self._interrupted and not self.stopped:
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
                self._observe(before + time.perf_counter() - self._began)

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
        if self._schedule is not None and trainer.rate is not None:
            points["rate"] = trainer.rate
        points |= {f"parameter.{i}": float(self.model.flat[i]) for i in self._tracked}
        self.history.add(x, points)
        self.history.remember(x, self.model.flat)
        if decide and self.project.spec.training.keep_best and (self.validation_loss is not None or self._watch):
            self._keep_best(self._watched)

    def adjust(self, name: str, value: float) -> None:
        """Change a live value, mark it on the curves and keep it in the project: "eta", or "ClipNorm.omega" for a rule before."""
        training = self.project.spec.training
        rule, _, short = name.rpartition(".")
        path = f"training.chain.{rule}.{short}" if rule else f"training.optimiser.{name}"
        spec = with_value(self.project.spec, path, value)
        self.trainer.adjust(**{f"{rule or training.optimiser.name}.{short}": value})
        self.project = replace(self.project, spec=spec)
        self.events.append((self.trainer.epoch + self.trainer.position / self.trainer.batches, f"{short} {value:g}"))

    @property
    def rate(self) -> float | None:
        """The rate of the next step, None for an optimiser without one."""
        return self.trainer.rate

    def fit(self) -> Fit | None:
        """Return the fitted curve at the present parameters, None for a model with more than one input."""
        return self._fit() if self._fit is not None else None

    def map(self) -> DecisionMap | None:
        """Return the picture of the present answers, None for a model without one and while it is too early for another."""
        return self._map() if self._map is not None else None

    def units(self, wish: UnitWish | None) -> UnitPictures | None:
        """Return pictures of the neurons that are wanted, None while it is too early for others."""
        return self._units(wish)

    def result(self) -> Project:
        """Return the project with the state reached; always with an evaluation at this very point."""
        trainer = self.trainer
        trainer.check()
        finished = trainer.failure is None and trainer.position == 0 and trainer.epoch >= self.project.spec.training.epochs
        if trainer.step:
            self.evaluate(decide=finished)
        stopped: Outcome = "stopped" if self.stopped else "paused" if trainer.step else "new"
        outcome: Outcome = "diverged" if trainer.failure else "finished" if finished else stopped
        best, schedule = self.best, self._schedule.state() if self._schedule is not None else {}
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
            in_use="best" if outcome in ("finished", "stopped", "diverged") and best is not None else "last",
            outcome=outcome,
            message=failure_text(trainer.failure, self.optimiser) if trainer.failure else self.stopped,
            start_statistics=self.project.state.start_statistics,
            watch={**self._watch.state(), **{f"schedule.{name}": value for name, value in schedule.items()}},
            threads=self.threads,
            trail=self.history.trail(),
        )
        self.project = replace(self.project, state=state)
        return self.project

    def _measure(self) -> None:
        self.train_loss = self._evaluate_train()
        self.validation_loss = self._evaluate_validation() if self._evaluate_validation is not None else None

    @property
    def _watched(self) -> float:
        """The loss that decides: that of the validation rows, or of the training rows where there are none."""
        return self.train_loss if self.validation_loss is None else self.validation_loss

    def _observe(self, seconds: float) -> None:
        """Tell the stop rules and the schedule the loss of an evaluation that was due."""
        what = "training" if self.validation_loss is None else "validation"
        self.stopped = self._watch.observe(self._watched, seconds, what)
        if self.trainer.observe(self._watched):
            self.events.append((float(self.trainer.epoch), f"rate {self.trainer.rate:g}"))

    def _keep_best(self, loss: float) -> None:
        if math.isfinite(loss) and (self.best is None or loss < self.best.loss):
            self.best = Best(self.trainer.epoch, loss, frozen(self.model.flat), frozen(self.model.statistics))

    def _cadence(self) -> int:
        cost = self._evaluate_train.operations + _BOOKKEEPING
        cost += self._evaluate_validation.operations if self._evaluate_validation is not None else 0
        return max(1, math.ceil(_SHARE * cost / self.trainer.operations))

    def _distance(self, epoch: int) -> int:
        """Return how many epochs lie between evaluations at `epoch`: few at the start, `every` in the end."""
        if self.project.spec.training.evaluate_every or epoch < _DENSE_START:
            return 1 if epoch < _DENSE_START else self.every
        return min(self.every, 1 << max(0, (epoch // _DENSITY).bit_length() - 1))

    def _is_due(self, epoch: int) -> bool:
        return epoch <= _DENSE_START or epoch % self._distance(epoch) == 0

    def _until_evaluation(self) -> int:
        trainer = self.trainer
        distance = self._distance(trainer.epoch)
        return (distance - trainer.epoch % distance) * trainer.batches - trainer.position


def optimiser_of(project: Project, model: Chain) -> OptimiserState:
    """Return the project's optimiser with the rules before it, on `model`, with what it remembers and the layers that rest."""
    training, state = project.spec.training, project.state
    rules = [optimisers.rule(choice.name, choice.values) for choice in (*training.chain, training.optimiser)]
    optimiser = setup(optimisers.OptimiserChain(*rules), model)
    if state.slots:
        optimiser.load({name: np.array(array) for name, array in state.slots.items()}, partial=True)
    layers = by_id(project.spec.model, model)
    for name in training.frozen:
        if name in layers and layers[name].layout:
            optimiser.freeze(layers[name])
    return optimiser


def trainer_of(project: Project, model: Chain, optimiser: OptimiserState) -> tuple[Trainer, Schedule | None]:
    """Return the trainer of `model` at the place where the project's state is, and the schedule that it follows."""
    training, state = project.spec.training, project.state
    rows, options = rows_of(project, "train"), {"batch": training.batch, "seed": training.seed}
    made = Trainer(model, objective_of(project), optimiser, rows.x, rows.y, rows.weights, shuffle=training.shuffle, **options)
    fits = state.position < made.batches  # not when the batch size was changed in the middle of an epoch
    made.place(state.epoch, state.position if fits else 0, state.step)
    return made, _schedule(made, project)


def _schedule(trainer: Trainer, project: Project) -> Schedule | None:
    """Return the project's schedule, which `trainer` follows from now on; None for a constant rate."""
    training, base = project.spec.training, trainer.state.values.get("eta")
    schedule = build(training.schedule, base) if base is not None else None
    if schedule is not None:
        memory = project.state.watch
        schedule.load({key.removeprefix("schedule."): value for key, value in memory.items() if key.startswith("schedule.")})
        trainer.schedule(schedule, training.schedule_unit)
    return schedule


def _with_trail(state: ModelState, indices: list[int]) -> dict[str, Curve]:
    """Return the curves of `state`; a parameter that has none yet, because it was pinned since, begins with its way on the trail."""
    if not state.curves:
        return {}
    found = {f"parameter.{i}": curve_of(state.curves, state.trail, i) for i in indices}
    return state.curves | {name: curve for name, curve in found.items() if curve is not None}


def tracked(project: Project) -> list[int]:
    """Return the flat indices of the parameters that have a curve: all while they are few, else the strongest at the start and the pinned.

    The scales of norms, which all start at one, come last.
    """
    start = project.state.start
    if len(start) <= FEW:
        return list(range(len(start)))
    strength = np.abs(start)
    for slot in models.layout(project.spec.model, project.dataset.inputs):
        if slot.name == "scale":
            strength[slot.start : slot.stop] *= 1e-6
    return sorted({*np.argpartition(-strength, FEW)[:FEW].tolist(), *pinned(project)})


def failure_text(failure: Failure, optimiser: OptimiserState) -> str:
    """Return one sentence that says where a run stopped being finite and what to try."""
    what = {
        "loss": f"The loss became {failure.loss:g}",
        "gradient": "The gradient became infinite",
        "statistics": "A running mean or variance became infinite",
    }.get(failure.what, "Parameters became infinite")
    remedy = "Try another optimiser"
    if "eta" in optimiser.values:
        usual = optimiser.rule.entry.hyper("eta").default
        remedy = f"Try a smaller rate, such as {min(optimiser.values['eta'] / 10, usual):g}"
    return (
        f"{what} at epoch {failure.epoch}, batch {failure.batch}: training stopped and the last finite parameters are kept. "
        f"{remedy}{BEGIN_ANEW}"
    )
