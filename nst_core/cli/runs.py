"""The commands of the run store: `submit`, `runs` and `engine`."""

import argparse
import contextlib
import dataclasses
import json
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from nst_core import environment, files
from nst_core.cli.arguments import add_choice, config_of
from nst_core.cli.table import print_table
from nst_core.errors import InputError, OutputError, shown
from nst_core.pictures.decoding import read_picture
from nst_core.runs.engine import order
from nst_core.runs.engine.engine import StoreEngine, workers
from nst_core.runs.engine.parent import when_parent_ends
from nst_core.runs.store.record import NoSuchRunError, Record
from nst_core.runs.store.request import Request
from nst_core.runs.store.store import Store
from nst_core.scoring.score import Score

SESSION = "shell"


def add_runs(commands: Any) -> None:
    """Add the parsers of `submit`, `runs` and `engine`.

    Args:
        commands: what `add_subparsers` returned.

    Example:
        >>> add_runs(parser.add_subparsers())
    """
    submit = commands.add_parser("submit", help="queue a run and print its id")
    add_choice(submit)
    submit.add_argument("--session", default=SESSION, help="whose run it is; sessions take turns")
    _add_json(submit)
    submit.set_defaults(run=_submit)

    runs = commands.add_parser("runs", help="list the runs, or do something with one")
    _add_json(runs)
    runs.set_defaults(run=_list)
    actions = runs.add_subparsers(metavar="ACTION")
    for name, action, words in (
        ("show", _show, "print everything about a run"),
        ("cancel", _cancel, "stop a run, keeping what it has"),
        ("resume", _resume, "go on with a run that was stopped or has failed"),
        ("export", _export, "write a run's gallery (zip), or its animation (gif, webp)"),
        ("remove", _remove, "remove a run and all that is in it"),
    ):
        parser = actions.add_parser(name, help=words)
        parser.add_argument("id", metavar="ID")
        if action is _export:
            parser.add_argument("--output", metavar="FILE", type=Path, required=True)
        # A default here would hide a --json that stands before the action.
        _add_json(parser, default=argparse.SUPPRESS)
        parser.set_defaults(run=action)

    engine = commands.add_parser("engine", help="compute the runs of the store, until stopped")
    engine.add_argument("--with-parent", action="store_true", help="end when standard input does")
    engine.set_defaults(run=_engine)


def _add_json(parser: argparse.ArgumentParser, default: Any = False) -> None:
    parser.add_argument("--json", action="store_true", default=default, help="print JSON")


def _submit(options: argparse.Namespace) -> int:
    config = config_of(options)
    photo, painting = read_picture(config.photo), read_picture(config.painting)
    engine = StoreEngine(Store.open())
    request = Request(
        photo.pixels,
        painting.pixels,
        config.settings,
        session=options.session,
        title=options.preset or config.painting.stem,
        photo_name=config.photo.name,
    )
    run = engine.submit(request)
    if options.json:
        record, records = engine.store.get(run), engine.store.records()
        _print_json(_as_dict(engine.store, record, records, workers(engine.store)))
    else:
        print(run)
    return 0


def _list(options: argparse.Namespace) -> int:
    store = Store.open()
    records = store.records()
    if options.json:
        at_once = workers(store)
        _print_json([_as_dict(store, record, records, at_once) for record in records])
        return 0
    rows = [
        (
            record.id,
            _state_in_words(record, records),
            f"{record.done} of {record.iterations}",
            "" if record.loss is None else f"{record.loss:.4g}",
            _score_in_words(store, record),
            record.title,
            record.photo,
            _time_in_words(record.created),
        )
        for record in records
    ]
    print_table(("id", "state", "iterations", "loss", "score", "style", "photo", "created"), rows)
    return 0


def _show(options: argparse.Namespace) -> int:
    store = Store.open()
    record = store.get(options.id)
    values = _as_dict(store, record, store.records(), workers(store))
    if options.json:
        _print_json(values)
        return 0
    for name, value in values.items():
        if value not in (None, "", False):
            text = _time_in_words(value) if name in _TIMES else value
            print(f"{name.replace('_', ' ')}: {text}")
    return 0


def _cancel(options: argparse.Namespace) -> int:
    store = Store.open()
    store.cancel(options.id)
    return _print_state(options, store)


def _resume(options: argparse.Namespace) -> int:
    store = Store.open()
    StoreEngine(store).resume(options.id)
    return _print_state(options, store)


def _remove(options: argparse.Namespace) -> int:
    Store.open().remove(options.id)
    if options.json:
        _print_json({"id": options.id, "removed": True})
    else:
        print(f"{options.id} was removed.")
    return 0


def _export(options: argparse.Namespace) -> int:
    # Plotly takes a while to load, and no other command needs it.
    from nst_core.runs.export import animation, gallery

    store = Store.open()
    folder, output = store.folder(options.id), options.output
    kind = output.suffix.lower().removeprefix(".")
    if kind not in ("zip", *animation.KINDS):
        raise InputError(f"The output must end in .zip, .gif or .webp. Received: {shown(output)}.")
    try:
        with files.replacing(output) as temporary, temporary.open("wb") as target:
            if kind == "zip":
                target.writelines(gallery.stream(folder))
            else:
                animation.write(folder, target, kind)
    except FileNotFoundError as error:
        if not output.parent.exists():
            raise OutputError(
                f"{shown(output.parent, 100)} must be a folder for {shown(output.name, 100)} "
                "to go into; there is none."
            ) from error
        raise InputError(f"The run {options.id} was removed while it was exported.") from error
    except OSError as error:
        raise OutputError(
            f"{shown(output)} could not be written: {files.in_words(error)}."
        ) from error
    if options.json:
        _print_json({"id": options.id, "output": str(output), "bytes": output.stat().st_size})
    else:
        print(output)
    return 0


def _engine(options: argparse.Namespace) -> int:
    # Dask takes a second to load, and no other command needs it.
    from nst_core.runs.dask.configuration import load_dask

    load_dask(is_private=environment.scheduler() is None)
    from nst_core.runs.dask.dispatcher import Dispatcher

    keep_days = environment.number(environment.KEEP_DAYS)
    keep_gigabytes = environment.number(environment.KEEP_GIGABYTES)
    store = Store.open()
    dispatcher = Dispatcher(
        store,
        environment.scheduler(),
        keep_days=keep_days,
        most_bytes=None if keep_gigabytes is None else keep_gigabytes * 1e9,
        say=lambda sentence: None if options.with_parent else _say(sentence),
        # The parent's own output is the log of whoever looks after it.
        complain=lambda sentence: _say(sentence, sys.stderr if options.with_parent else sys.stdout),
    )
    with _stop_event(options.with_parent) as over:
        if not options.with_parent:
            _say(f"Serving {store.url}; Ctrl-C ends it")
        dispatcher.serve(over)
    return 0


def _say(sentence: str, where: TextIO | None = None) -> None:
    print(f"{time.strftime('%H:%M:%S')} {sentence}", file=where, flush=True)


@contextlib.contextmanager
def _stop_event(with_parent: bool) -> Iterator[threading.Event]:
    """An event that a Ctrl-C, a polite kill, or the end of standard input sets."""
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as behind an & in a script
            signal.signal(number, lambda *_: over.set())
    if with_parent:
        when_parent_ends(over.set)
    yield over


_TIMES = ("created", "queued", "started", "ended")


def _as_dict(store: Store, record: Record, records: list[Record], at_once: int) -> dict[str, Any]:
    score = _score(store, record)
    unscored = dict.fromkeys(field.name for field in dataclasses.fields(Score))
    return {
        **dataclasses.asdict(record),
        "place": order.position(records, record.id),
        "seconds_until_start": order.seconds_until_start(records, record.id, at_once),
        **(unscored if score is None else dataclasses.asdict(score)),
    }


def _score(store: Store, record: Record) -> Score | None:
    """Of a run that is over; None also where it has been removed meanwhile."""
    with contextlib.suppress(NoSuchRunError):
        return store.score(record.id) if record.is_over else None
    return None


def _print_state(options: argparse.Namespace, store: Store) -> int:
    record, records = store.get(options.id), store.records()
    if options.json:
        _print_json(_as_dict(store, record, records, workers(store)))
    else:
        print(f"{record.id}: {_state_in_words(record, records)}")
    return 0


def _score_in_words(store: Store, record: Record) -> str:
    score = _score(store, record)
    return "" if score is None else score.in_words()


def _state_in_words(record: Record, records: list[Record]) -> str:
    place = order.position(records, record.id)
    if place is not None:
        return f"{record.state}, place {place}"
    return "running, stopping" if record.cancelling else record.state


def _time_in_words(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=2))
