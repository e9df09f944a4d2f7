"""What the page remembers of one visitor between two runs of its script, in one typed object.

Streamlit keeps the object for as long as the visitor's page is not reloaded. What widgets hold is
kept by Streamlit under the names in `keys.py`; what can be computed anew is in `session_cache.py`.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any, Literal

import streamlit as st

KEY = "page"
"""Of the object in `st.session_state`."""

Slot = Literal["photo", "painting", "addition"]
"""What a picture of the visitor's is for."""


@dataclass(frozen=True)
class PictureFile:
    """A picture as the visitor gave it; `key` is the same for the same bytes."""

    key: str
    data: bytes
    name: str


@dataclass(frozen=True)
class PaintedPart:
    """A part of a photo that alone is to be repainted, as the visitor's browser gave it.

    Attributes:
        photo: the key of the photo's file.
        data: a grey picture, white where it is painted, which nobody has looked into yet.
    """

    photo: str
    data: bytes


@dataclass
class Addition:
    """A painting that is mixed in: another style's, or one of the visitor's own.

    Attributes:
        number: of the additions so far, so that each has widgets of its own.
        share: how much it counts beside the others, 0 to 100.
        style: the name of the preset whose painting it is; empty for one of the visitor's own.
        file: of the visitor's own; None for a style's.
    """

    number: int
    share: int
    style: str = ""
    file: PictureFile | None = None


@dataclass
class Dialog:
    """A dialog that is open.

    Attributes:
        kind: which panel draws it.
        about: what that panel is given.
        number: of the dialogs opened so far, so that each has widgets of its own.
        is_drawn: whether the page has run since it was asked for.
    """

    kind: str
    about: tuple[str | int, ...] = ()
    number: int = 0
    is_drawn: bool = False


@dataclass
class State:
    """What the page remembers.

    Attributes:
        visitor: the visitor's name; it cannot be guessed, since it allows to stop their runs.
        is_visitor_confirmed: whether the browser has answered with the name that it keeps.
        style: the chosen preset's name; empty until the address has been read.
        changes: settings that differ from the preset; None until the address has been read.
        settings_turn: counts how often the settings went back to a preset's, which gives each
            setting a new widget.
        in_hand: the visitor's own photo and painting, and one that is about to be mixed in. An
            uploader forgets its file as soon as it is not drawn.
        part: what was painted over the photo; None for nothing, so that all of it is repainted.
        painting_turn: counts the paintings put away: only a new widget is an empty uploader.
        additions: the paintings that are mixed in; None until the address has been read.
        additions_made: how many there have been, which gives each its number.
        first_share: how much the chosen style's painting counts beside them, 0 to 100.
        dialog: the one that is open. It outlives a run of the page as a whole, such as the one
            that comes when the picture that is watched is finished.
        dialogs_opened: how many there have been.
        refusal: why a value in a run's address was refused, said until `refusal_until`, in seconds
            of the monotonic clock: a notice goes as soon as the run is drawn without it.
    """

    visitor: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    is_visitor_confirmed: bool = False
    style: str = ""
    changes: dict[str, Any] | None = None
    settings_turn: int = 0
    in_hand: dict[Slot, PictureFile] = field(default_factory=dict)
    part: PaintedPart | None = None
    painting_turn: int = 0
    additions: list[Addition] | None = None
    additions_made: int = 0
    first_share: int = 50
    dialog: Dialog | None = None
    dialogs_opened: int = 0
    refusal: str = ""
    refusal_until: float = 0.0

    def choose_style(self, name: str) -> None:
        """Take another preset; changes to the last one's settings are not carried over."""
        self.style = name
        self.forget_changes()

    def forget_changes(self) -> None:
        """Go back to the preset's settings."""
        self.changes = {}
        self.settings_turn += 1

    def put_painting_away(self) -> None:
        """Let go of the visitor's own painting, and of what its uploader shows."""
        if self.in_hand.pop("painting", None):
            self.painting_turn += 1

    def part_of(self, photo: str) -> PaintedPart | None:
        """What was painted over a photo; whatever was painted over another one is let go of."""
        if self.part is not None and self.part.photo != photo:
            self.part = None
        return self.part

    def mix_in(self, share: int, style: str = "", file: PictureFile | None = None) -> None:
        """Add a painting to the mix."""
        self.additions_made += 1
        addition = Addition(self.additions_made, share, style, file)
        self.additions = [*(self.additions or []), addition]

    def take_out(self, number: int) -> None:
        """Leave a painting out of the mix again; for callbacks of widgets."""
        self.additions = [each for each in self.additions or [] if each.number != number]

    def open_dialog(self, kind: str, *about: str | int) -> None:
        """Have the next run of the page open a dialog; for callbacks of widgets."""
        self.dialogs_opened += 1
        self.dialog = Dialog(kind, about, self.dialogs_opened)

    def close_dialog(self) -> None:
        """Have no dialog any more."""
        self.dialog = None

    def awaits_dialog(self) -> bool:
        """Whether a dialog was asked for that no run of the page has drawn yet."""
        return self.dialog is not None and not self.dialog.is_drawn


def current() -> State:
    """What the page remembers of the visitor that it is drawn for."""
    state = st.session_state.setdefault(KEY, State())
    assert isinstance(state, State)
    return state
