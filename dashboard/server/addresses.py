"""Where the server's files lie, relative to the page: that may lie in a folder of a site."""

from collections.abc import Mapping
from urllib.parse import urlencode

from nst_core.pictures.retouch import AS_PAINTED, Retouch, strength_of
from nst_core.runs.store import layout

GALLERY = "runs/{run}/" + layout.GALLERY
ANIMATION = "runs/{run}/animation.webp"
PICTURE = "runs/{run}/pictures/{name}"
PREVIEW = "runs/{run}/previews/{name}"
THUMBNAIL = "runs/{run}/thumbnails/{name}"
PRESET = "presets/{name}/{kind}.jpg"
PLOTLY = "assets/plotly.min.js"
HEALTH = "health"

_STRENGTH = "strength"
RETOUCH = (_STRENGTH,)
"""The names of all that an address says of how a run's pictures are to be shown."""


def with_retouch(address: str, retouch: Retouch) -> str:
    """An address of a run, or of a file of it, with how its pictures are to be shown.

    Example:
        >>> with_retouch("?run=ID", Retouch(strength=70))
        '?run=ID&strength=70'
    """
    values = retouch_values(retouch)
    mark = "&" if "?" in address else "?"
    return f"{address}{mark}{urlencode(values)}" if values else address


def retouch_values(retouch: Retouch) -> dict[str, str]:
    """What an address says of a retouch, by name: only what differs from the picture as it is.

    Example:
        >>> retouch_values(Retouch(strength=70)), retouch_values(Retouch())
        ({'strength': '70'}, {})
    """
    return {_STRENGTH: str(retouch.strength)} if retouch.strength != AS_PAINTED else {}


def retouch_of(query: Mapping[str, str]) -> Retouch:
    """What an address asks for.

    Args:
        query: of the address, by name.

    Raises:
        RetouchError: a value is none that can be used.

    Example:
        >>> retouch_of({"run": "ID", "strength": "70"})
        Retouch(strength=70)
    """
    return Retouch(strength_of(query[_STRENGTH])) if _STRENGTH in query else Retouch()
