"""Draws the dialog that is open; see `State.dialog`."""

from collections.abc import Callable

from dashboard import state


def draw(panels: dict[str, Callable[..., None]]) -> None:
    """Draw the dialog that is open, if there is one.

    Args:
        panels: for each kind of dialog what shows it, given what the dialog is about.
    """
    dialog = state.current().dialog
    if dialog is not None:
        dialog.is_drawn = True
        panels[dialog.kind](*dialog.about)
