"""The first screen: a photo, a style, how much of each, how large, and one button."""

import streamlit as st

from dashboard import address, choice, formatting, keys, mixing, texts
from dashboard.choice import Choice
from dashboard.mixing import Part
from dashboard.panels.advanced import choose_changes, offer_preset
from dashboard.panels.balance import choose_balance
from dashboard.panels.mix import choose_mix, shares_for_address, show_mix
from dashboard.panels.painting import choose_own_painting, painting_name, part_of
from dashboard.panels.part import choose_part
from dashboard.panels.photo import choose_photo
from dashboard.panels.size import choose_size
from dashboard.panels.styles import choose_style, show_broken
from dashboard.runs.submitting import submit
from nst_core import presets
from nst_core.errors import NstError
from nst_core.presets import Preset
from nst_core.settings import term_kinds


def draw_first_screen() -> None:
    """Draw the screen; its button leads to the run."""
    usable, broken = _presets()
    left, right = st.columns([3, 2], gap="large")
    with left:
        preset = choose_style(usable)
        own = choose_own_painting(expanded=not preset.paintings)
        first = own or part_of(preset, is_style=True)
        parts = choose_mix(usable, preset, first)
        show_broken(broken)
    title = mixing.title_of(parts) or preset.title
    with right:
        photo, name = choose_photo()
        controls = st.container()
        drawer = st.expander(texts.ADVANCED, icon=":material/tune:")
    with drawer:
        changes = choose_changes(preset)
    settings = preset.settings.changed(**changes) if changes else preset.settings
    with controls:
        masks, problem = choose_part(photo, settings)
        balance = choose_balance(keys.BALANCE, in_address=True)
        settings = mixing.mixed(settings, parts)
        final = choice.balanced(settings, balance)
        paintings = [picture for part in parts for picture in part.pictures]
        choose_size(settings, changes, photo, paintings, masks)
        show_mix(parts, settings)
        further = tuple(painting.pixels for painting in paintings[1:])
        painting = paintings[0] if paintings else None
        lacks = problem if paintings else _lacks(first)
        _offer_start(Choice(photo, name, painting, title, final, further, masks), lacks)
    with drawer:
        files = [file for part in parts for file in part.files]
        offer_preset(preset, final, title, files, painting_name(preset, own), bool(changes))
    address.show_choice(preset, changes, shares_for_address(preset, first))


def _lacks(first: Part) -> str:
    """What to say where no painting counts."""
    return texts.NO_SHARE if first.pictures else texts.CHOOSE_PAINTING


def _presets() -> tuple[dict[str, Preset], dict[str, str]]:
    """The presets that can be used, and why others, or some loss terms, cannot."""
    usable, broken = presets.load_all()
    if not usable:
        st.error(formatting.plain("; ".join(broken.values())))
        st.stop()
    # Those that come without a painting are for people who bring one.
    usable = dict(sorted(usable.items(), key=lambda item: not item[1].paintings))
    return usable, {**broken, **term_kinds.broken()}


def _offer_start(chosen: Choice, lacks: str) -> None:
    """Draw the button; `lacks` says why the run cannot be started, if there is a reason."""
    missing = texts.CHOOSE_PHOTO if chosen.photo is None else lacks
    if st.button(
        texts.START,
        type="primary",
        disabled=bool(missing),
        width="stretch",
        icon=":material/brush:",
        help=missing or None,
        key=keys.START,
    ):
        try:
            address.show_run(submit(chosen))
        except NstError as error:
            st.error(formatting.plain(str(error)))
        else:
            st.rerun()
