"""What a batch is: runs in rows and columns, each with the folder that it goes into."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nst_core.cli.arguments import config_of
from nst_core.cli.grid import axes_of, combinations, require_few_runs, value_in_words
from nst_core.errors import InputError
from nst_core.runs.export.naming import folder_name, joined_name, unique_names
from nst_core.runs.store.run_yaml import RunConfig


@dataclass(frozen=True)
class Run:
    """One run of a batch.

    Attributes:
        name: of its folder; no two in a batch have the same, on any system.
        config: its photo, painting and settings.
    """

    name: str
    config: RunConfig


@dataclass(frozen=True)
class Head:
    """What a row, a column or the whole batch has in common: words, and a picture's file."""

    lines: tuple[str, ...]
    picture: Path | None = None


@dataclass(frozen=True)
class Batch:
    """Runs in rows and columns.

    Attributes:
        runs: row after row.
        rows, columns: what stands at the left of each row and above each column.
        first: pictures above all, where rows and columns have none.
    """

    runs: tuple[Run, ...]
    rows: tuple[Head, ...]
    columns: tuple[Head, ...]
    first: tuple[Head, ...] = ()


def photos_by_styles(choices: Sequence[argparse.Namespace]) -> Batch:
    """Each photo in each style: a row for each photo, a column for each style.

    Args:
        choices: what `choices_of` gave.

    Raises:
        InputError: a preset or a setting is not a good one; the sentence begins with the run.

    Example:
        >>> [run.name for run in photos_by_styles(choices_of(options)).runs]
        ['cat, stained_glass', 'cat, linocut_forest']
    """
    require_few_runs(len(choices))
    titles = [
        choice.preset or "+".join(Path(style).stem for style in choice.style) for choice in choices
    ]
    names = unique_names(
        folder_name(Path(choice.photo or "").name, title)
        for choice, title in zip(choices, titles, strict=True)
    )
    runs = [Run(name, _named(name, choice)) for name, choice in zip(names, choices, strict=True)]
    columns = len({choice.preset for choice in choices})
    return Batch(
        tuple(runs),
        tuple(Head((run.config.photo.name,), run.config.photo) for run in runs[::columns]),
        tuple(
            Head((title,), run.config.painting)
            for run, title in zip(runs[:columns], titles[:columns], strict=True)
        ),
    )


def grid(options: argparse.Namespace) -> Batch:
    """All combinations of the settings that have several values.

    The first of them makes the rows, all others together the columns.

    Args:
        options: photo, style and settings, as a sweep has them.

    Raises:
        InputError: a preset or a setting is not a good one, or there is nothing to vary.

    Example:
        >>> [run.name for run in grid(options).runs]  # --set size=300 --set seed=1,2
        ['seed=1', 'seed=2']
    """
    axes = axes_of(options.set)
    base = config_of(argparse.Namespace(**vars(options) | {"set": []}))
    varied = [axis.name for axis in axes if axis.is_varied]
    settings = []
    for values in combinations(axes):
        try:
            settings.append(base.settings.changed(**values))
        except InputError as error:
            name = ", ".join(f"{key}={values[key]}" for key in varied)
            raise InputError(f"{name}: {error}") from error
    words = [[f"{key}={value_in_words(each, key)}" for key in varied] for each in settings]
    names = unique_names(map(joined_name, words))
    columns = len(settings) // next(len(axis.values) for axis in axes if axis.is_varied)
    return Batch(
        tuple(
            Run(name, replace(base, settings=each))
            for name, each in zip(names, settings, strict=True)
        ),
        tuple(Head((row[0],)) for row in words[::columns]),
        tuple(Head(tuple(column[1:])) for column in words[:columns]),
        (Head(("photo",), base.photo), Head(("painting",), base.painting)),
    )


def _named(name: str, choice: argparse.Namespace) -> RunConfig:
    """The photo, painting and settings of a run, whose refusal says which run it is."""
    try:
        return config_of(choice)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
