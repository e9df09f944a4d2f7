"""Paintings that are mixed: how much each counts, as settings, in words and in an address."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from nst_core.errors import shown
from nst_core.pictures.decoding import Picture
from nst_core.settings import Settings

MOST, USUAL, WHOLE = 4, 50, 100
"""The most paintings that the page mixes; the share that each begins with; the highest share."""
AND = " + "
"""Between the titles of a mix."""


@dataclass(frozen=True)
class Part:
    """What a mix takes from one place: a style's paintings, or a painting of the visitor's own.

    Attributes:
        title: of the style, or what an own painting is called.
        pictures: of its paintings; none where they cannot be read, or the style has none.
        files: of its paintings, each as a preset's file names it: `{"preset": ...}` or
            `{"file": ...}`.
        keys: of its paintings, each the same for the same bytes.
        share: how much it counts, 0 to 100.
        is_style: whether these are the paintings of the style whose settings are chosen.
    """

    title: str
    pictures: tuple[Picture, ...]
    files: tuple[Mapping[str, str], ...]
    keys: tuple[str, ...]
    share: int = USUAL
    is_style: bool = False

    def with_share(self, share: int) -> "Part":
        """The same, with another share."""
        return replace(self, share=share)


def title_of(parts: Sequence[Part]) -> str:
    """ "Starlit valley + Woodblock wave"."""
    return AND.join(dict.fromkeys(part.title for part in parts))


def percents(parts: Sequence[Part]) -> list[int]:
    """The percentages that the parts have of the whole, which add up to 100."""
    sums = list(accumulate(part.share for part in parts))
    edges = [0, *(round(100 * upto / sums[-1]) if sums[-1] else 0 for upto in sums)]
    return [upper - lower for lower, upper in pairwise(edges)]


def mixed(settings: Settings, parts: Sequence[Part]) -> Settings:
    """Settings that have a weight and a stroke size for each painting of the parts.

    A style's own paintings keep their mix among themselves; what says nothing of these paintings
    is left out.
    """
    mix: list[float] = []
    scales: list[float] = []
    for part in parts:
        count = len(part.pictures)
        inner = _of_style(settings.style_mix, part)
        mix += [part.share * weight / sum(inner) for weight in inner]
        scales += _of_style(settings.style_scales, part)
        if len(parts) == 1 and len(settings.style_mix) == count and part.is_style:
            mix = list(settings.style_mix)  # as the style has it, to the digit
    if len(parts) < 2 and not (settings.style_mix and mix == list(settings.style_mix)):
        mix = []
    is_even = all(scale == 1.0 for scale in scales)
    return settings.changed(style_mix=mix, style_scales=[] if is_even else scales)


def _of_style(numbers: tuple[float, ...], part: Part) -> list[float]:
    count = len(part.pictures)
    is_meant = part.is_style and len(numbers) == count and any(numbers)
    return list(numbers) if is_meant else [1.0] * count


def as_text(shares: Mapping[str, int]) -> str:
    """Shares by the styles' names, as an address has them."""
    return ",".join(f"{name}:{share}" for name, share in shares.items())


def read(text: str, names: Collection[str]) -> tuple[dict[str, int], str]:
    """The shares in an address; and why the first that cannot be used is refused, if any is.

    Args:
        text: as `as_text` writes it; empty for none.
        names: of the styles that can be mixed.
    """
    shares: dict[str, int] = {}
    refusals = []
    for entry in text.split(",") if text else []:
        name, _, share = entry.strip().partition(":")
        is_share = share.isascii() and share.isdigit() and len(share) < 4 and int(share) <= WHOLE
        if name not in names or not is_share:
            expected = f"name styles of one painting, each with a share from 0 to {WHOLE}"
            refusals.append(f"mix must {expected}. Received: {shown(entry)}.")
        elif name in shares:
            refusals.append(f"mix must name each style once. Received: {shown(name)}.")
        elif len(shares) == MOST:
            refusals.append(f"mix must name at most {MOST} styles. Received: more than that.")
        else:
            shares[name] = int(share)
    return shares, refusals[0] if refusals else ""
