"""Further paintings beside the style's own: which ones, and how much each of them counts."""

import streamlit as st

from dashboard import address, formatting, keys, mixing, session_cache, state, texts, uploads
from dashboard.mixing import Part
from dashboard.panels.painting import own_part, part_of
from dashboard.state import Addition
from nst_core.presets import Preset
from nst_core.settings import Settings


def choose_mix(presets: dict[str, Preset], preset: Preset, first: Part) -> list[Part]:
    """Draw what can be mixed in. All parts that count are returned, the first one first.

    Args:
        presets: all that can be used, by their names.
        preset: the chosen one.
        first: its paintings, or the visitor's own that stands in for them.
    """
    additions = _additions(presets, preset, first)
    with st.expander(texts.MIX, expanded=bool(additions), icon=":material/join:", key=keys.MIX):
        first = _choose_shares(presets, first, additions)
        if len(first.pictures) + len(additions) < mixing.MOST:
            _offer_more(presets, preset, first, additions)
        else:
            st.caption(texts.MIX_FULL)
    parts = [first, *(_part(presets, addition) for addition in additions)]
    return [part for part in parts if part.pictures and (part.share or len(parts) == 1)]


def show_mix(parts: list[Part], settings: Settings) -> None:
    """Draw the paintings side by side, each as wide as it counts, if there are several.

    Args:
        parts: all that count.
        settings: with a weight for each of their paintings, or none if they count alike.
    """
    pictures = [picture for part in parts for picture in part.pictures]
    if len(pictures) < 2:
        return
    names = [
        texts.MIXED_PART.format(title=part.title, percent=percent)
        for part, percent in zip(parts, mixing.percents(parts), strict=True)
    ]
    words = texts.MIXED.format(parts=", ".join(names))
    weights = settings.style_mix or (1.0,) * len(pictures)
    strip = session_cache.strip([key for part in parts for key in part.keys], pictures, weights)
    st.image(strip, formatting.plain(words), width="stretch", alt=words)


def shares_for_address(preset: Preset, first: Part) -> dict[str, int]:
    """What the address can carry of the mix: styles by their names. Own paintings it cannot."""
    memory = state.current()
    others = {each.style: each.share for each in memory.additions or [] if each.style}
    own_share = {preset.name: memory.first_share} if first.is_style and first.pictures else {}
    return own_share | others if others else {}


def _additions(presets: dict[str, Preset], preset: Preset, first: Part) -> list[Addition]:
    """What is mixed in: what was added here, at first what the address says."""
    memory = state.current()
    if memory.additions is None:
        memory.additions = []
        for name, share in address.mix(presets).items():
            if name == preset.name:
                memory.first_share = share
            else:
                memory.mix_in(share, style=name)
    memory.additions = [
        each
        for each in memory.additions
        if each.file
        or (each.style in presets and (each.style != preset.name or not first.is_style))
    ][: max(0, mixing.MOST - len(first.pictures))]
    return memory.additions


def _choose_shares(presets: dict[str, Preset], first: Part, additions: list[Addition]) -> Part:
    """Draw a slider for each painting, once there are several. The first part is returned."""
    memory = state.current()
    if not additions:
        return first
    st.caption(texts.MIX_WORDS)
    if first.pictures:
        memory.first_share = _slider(first.title, 0, memory.first_share)
    for addition in additions:
        title = presets[addition.style].title if addition.style else ""
        title = texts.OWN_FILE.format(name=addition.file.name) if addition.file else title
        with st.container(horizontal=True, vertical_alignment="bottom"):
            addition.share = _slider(title, addition.number, addition.share)
            st.button(
                texts.REMOVE,
                key=keys.mix_remove(addition.number),
                help=formatting.plain(texts.REMOVE_HELP.format(title=title)),
                on_click=memory.take_out,
                args=(addition.number,),
                icon=":material/close:",
            )
    return first.with_share(memory.first_share)


def _slider(title: str, number: int, share: int) -> int:
    key = keys.mix_share(number)
    value = st.session_state.setdefault(key, share)
    return int(st.slider(formatting.plain(title), 0, mixing.WHOLE, value, step=5, key=key))


def _offer_more(
    presets: dict[str, Preset], preset: Preset, first: Part, additions: list[Addition]
) -> None:
    """Draw the list of styles to mix in, and the place for a file."""
    memory = state.current()
    turn = memory.additions_made
    there = {each.style for each in additions} | ({preset.name} if first.is_style else set())
    key = keys.mix_style(turn)

    def take() -> None:
        name = st.session_state[key]
        if name:
            memory.mix_in(mixing.USUAL, style=name)

    st.selectbox(
        texts.MIX_STYLE,
        [n for n, p in presets.items() if len(p.paintings) == 1 and n not in there],
        index=None,
        format_func=lambda name: presets[name].title,
        placeholder=texts.MIX_CHOOSE,
        key=key,
        on_change=take,
    )
    st.caption(texts.MIX_FILE)
    uploads.draw_uploader("addition", texts.MIX_FILE, keys.mix_file(turn))
    file = memory.in_hand.pop("addition", None)
    if file is not None:
        memory.mix_in(mixing.USUAL, file=file)
        st.rerun()  # with an empty uploader


def _part(presets: dict[str, Preset], addition: Addition) -> Part:
    if addition.file is None:
        return part_of(presets[addition.style], addition.share)
    picture = uploads.decoded(addition.file)
    if picture is None:  # it was good when it was added; the page says what is wrong now
        return Part(texts.OWN_STYLE, (), (), (), addition.share)
    return own_part(addition.file, picture, addition.share)
