"""The command `weights`: it finds VGG16's weights and says where they are from."""

import argparse
from typing import Any

from nst_core.cli.progress_bar import ProgressBar
from nst_core.vgg16 import weights


def add_weights(commands: Any) -> None:
    """Add the command's parser.

    Args:
        commands: what `add_subparsers` gave.
    """
    parser = commands.add_parser("weights", help="find VGG16's weights and say where they are from")
    parser.set_defaults(run=_find)


def _find(options: argparse.Namespace) -> int:
    with ProgressBar() as bar:
        loaded = weights.load_weights(bar.fetching)
    for note in loaded.notes:
        print(f"Tried before: {note}.")
    print(f"VGG16 weights from {loaded.source}; SHA-256 {weights.DIGEST}, verified.")
    return 0
