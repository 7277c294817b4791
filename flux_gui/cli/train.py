"""`flux-gui train`: trains a project to its number of epochs and writes it back."""

import argparse
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from flux_gui.cli import arguments, settings
from flux_gui.cli.output import ProgressBar, notice, say, say_json, scores_text
from flux_gui.core.atomic import check_place
from flux_gui.core.errors import DivergedError, SettingError
from flux_gui.document import edits, store
from flux_gui.document.project import Project
from flux_gui.runtime.run import BEGIN_ANEW
from flux_gui.runtime.session import Session, Status
from flux_gui.runtime.verify import evaluate

HELP = "train a project"
INTERRUPTED = 130  # what a shell expects of a program that Ctrl-C ended


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("project", metavar="PROJECT.flux")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--epochs", metavar="N", type=arguments.whole("number of epochs"), help="train up to N epochs in all")
    length.add_argument("--more", metavar="N", type=arguments.whole("number of further epochs"), help="train N further epochs")
    settings.add_argument(parser)
    parser.add_argument("--out", metavar="OTHER.flux", help="write there, leave the project as it is")
    parser.add_argument("--device", metavar="NAME", default="auto", help="auto, cpu, gpu or gpu:1 (auto)")
    parser.add_argument("--threads", metavar="N", type=arguments.whole("number of threads"), help="of the matrix library (all)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Train and write; a run that diverged is written with its last finite parameters and raises DivergedError."""
    arguments.check_device(options.device)
    if options.threads is not None and options.threads < 1:
        raise SettingError(f"The number of threads must be at least 1, got {options.threads}.", "Leave it out to use all cores.")
    out = Path(options.out or options.project)
    loaded = store.load(options.project)
    project = _with_epochs(settings.applied(loaded, options.set), options)
    check_place(out)
    if options.set:
        known = set(settings.told(loaded))
        for text in settings.told(project):
            if text not in known:
                notice(text)
    epochs = project.spec.training.epochs
    asked = options.epochs is not None or options.more is not None or bool(options.set)
    if project.state.epoch >= epochs or (project.state.outcome == "stopped" and not asked):
        why = f" {project.state.message}" if project.state.outcome == "stopped" else ""
        reached = f"epoch {project.state.epoch} of {epochs}" if project.state.epoch <= epochs else f"{project.state.epoch} epochs"
        notice(f"{options.project} is trained already: {reached}.{why} Use --more N to go on.")
        if options.set and options.out is None:
            store.save(project, out)
        if options.out is not None:
            store.save(project, out)
        return _report(project, project, options.json)
    trained, interrupted = _trained(project, _threads(project, options.threads))
    store.save(trained, out)
    if trained.state.outcome == "diverged":
        message = trained.state.message.replace(BEGIN_ANEW, ".")
        raise DivergedError(message, f"{out} holds these parameters; to try again, make the project anew with another --rate.")
    if interrupted:
        notice(f"Stopped at epoch {trained.state.epoch} of {epochs}; {out} keeps what was reached.")
    if trained.state.outcome == "stopped":
        notice(trained.state.message + (" The parameters of the best epoch are in use." if trained.state.in_use == "best" else ""))
    _report(project, trained, options.json)
    return INTERRUPTED if interrupted else 0


def _threads(project: Project, asked: int | None) -> int | None:
    """Return how many threads to train with: those asked for, else as many as the run began with, so that it gives the same bits."""
    began = project.state.threads if project.state.step else 0
    if asked is not None and began not in (0, asked):
        notice(f"The run began with {began} threads of the matrix library; with {asked} the last digits may differ.")
    if asked is None and began > (os.cpu_count() or 1):
        notice(f"The run began with {began} threads of the matrix library, more than this machine has; the last digits may differ.")
        return None
    return asked if asked is not None else began or None


def _with_epochs(project: Project, options: argparse.Namespace) -> Project:
    if options.more is not None:
        if options.more < 1:
            raise SettingError(f"--more must be at least 1, got {options.more}.", "It counts epochs beyond those trained.")
        return edits.set_value(project, "training.epochs", project.state.epoch + options.more)
    if options.epochs is not None:
        return edits.set_value(project, "training.epochs", options.epochs)
    return project


def _trained(project: Project, threads: int | None) -> tuple[Project, bool]:
    """Return the project after training, and whether Ctrl-C ended it."""
    bar = ProgressBar()
    session = Session(project, threads=threads)
    with _interruptible(session) as pressed:
        try:
            session.run(lambda frame: bar.show(frame.epoch, project.spec.training.epochs, frame.train_loss))
        finally:
            bar.clear()
            session.close()
    if session.status is Status.FAILED and session.project.state.outcome != "diverged":
        raise DivergedError(session.project.state.message, "The project is unchanged.")
    return session.project, bool(pressed)


@contextmanager
def _interruptible(session: Session) -> Iterator[list[int]]:
    """While the block runs, Ctrl-C asks the session to pause; the list yielded holds the signals that came."""
    pressed: list[int] = []

    def pause(number: int, _frame: FrameType | None) -> None:
        pressed.append(number)
        session.pause()

    try:
        before = signal.signal(signal.SIGINT, pause)
    except ValueError:  # not the main thread: nothing can be pressed here
        yield pressed
        return
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _report(before: Project, after: Project, as_json: bool) -> int:
    state = after.state
    seconds, steps = state.seconds - before.state.seconds, state.step - before.state.step
    scores = evaluate(after, parts=("train", "validation"))
    result: dict[str, Any] = {
        "epochs": state.epoch,
        "seconds": round(seconds, 6),
        "steps_per_second": round(steps / seconds, 1) if seconds > 0 else 0.0,
        "parameters": len(state.parameters),
        "best_epoch": state.best.epoch if state.best is not None else None,
        "train": scores.get("train", {}),
        "validation": scores.get("validation", {}),
    }
    if as_json:
        say_json(result)
    else:
        best = f", best epoch {result['best_epoch']}" if result["best_epoch"] is not None else ""
        say(f"epoch {state.epoch}, {seconds:.2f} s, {result['steps_per_second']:.0f} steps/s, {result['parameters']} parameters{best}")
        say(scores_text({name: result[name] for name in ("train", "validation")}))
    return 0
