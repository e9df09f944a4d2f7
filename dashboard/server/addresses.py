"""Where the server's files lie, relative to the page: that may lie in a folder of a site."""

from collections.abc import Mapping
from urllib.parse import urlencode

from nst_core.errors import shown
from nst_core.pictures.retouch import AS_PAINTED, Retouch, RetouchError, strength_of
from nst_core.runs.store import layout

GALLERY = "runs/{run}/" + layout.GALLERY
ANIMATION = "runs/{run}/animation.webp"
PICTURE = "runs/{run}/pictures/{name}"
PREVIEW = "runs/{run}/previews/{name}"
THUMBNAIL = "runs/{run}/thumbnails/{name}"
PRESET = "presets/{name}/{kind}.jpg"
PLOTLY = "assets/plotly.min.js"
HEALTH = "health"

_STRENGTH, _COLOURS, _LUMINANCE = "strength", "colours", "luminance"


def with_retouch(address: str, retouch: Retouch) -> str:
    """An address of a run's file, for its pictures to be retouched; only what differs is in it.

    Example:
        >>> with_retouch("result.png?download", Retouch(strength=70))
        'result.png?download&strength=70'
    """
    values = {_STRENGTH: str(retouch.strength)} if retouch.strength != AS_PAINTED else {}
    values |= {_COLOURS: _LUMINANCE} if retouch.keeps_colours else {}
    mark = "&" if "?" in address else "?"
    return f"{address}{mark}{urlencode(values)}" if values else address


def retouch_of(query: Mapping[str, str]) -> Retouch:
    """What an address of a file asks for.

    Args:
        query: of the address, by name.

    Raises:
        RetouchError: a value is none that can be used.

    Example:
        >>> retouch_of({"strength": "70", "colours": "luminance"})
        Retouch(strength=70, keeps_colours=True)
    """
    colours = query.get(_COLOURS, _LUMINANCE)
    if colours != _LUMINANCE:
        raise RetouchError(f"{_COLOURS} must be {_LUMINANCE} here. Received: {shown(colours)}.")
    strength = strength_of(query[_STRENGTH]) if _STRENGTH in query else AS_PAINTED
    return Retouch(strength, keeps_colours=_COLOURS in query)
