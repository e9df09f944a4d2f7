"""Names for runs' files and folders that every file system takes."""

import re
import unicodedata
from collections.abc import Iterable

_FORBIDDEN = re.compile(r'[/\\:*?"<>|]')
_ENDING = re.compile(r"(?<=[^. ])\.[A-Za-z]\w{0,5}\Z")
_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|\Z)", re.IGNORECASE
)
_MOST_BYTES = 60
_MOST_BYTES_TOGETHER = 2 * _MOST_BYTES + len(", ")


def folder_name(photo: str, style: str) -> str:
    """The name of a folder for what was made of a photo in a style.

    It has no character that Windows forbids, is none of its devices, and has at most 122 bytes.

    Args:
        photo: the name of its file; the ending is left out.
        style: what it is called. Where both are empty, the name is "gallery".

    Example:
        >>> folder_name("golden_gate.jpg", "stained_glass"), folder_name("C:\\\\a?.png", "")
        ('golden_gate, stained_glass', 'C__a_')
    """
    return joined_name([_ENDING.sub("", photo), style])


def joined_name(parts: Iterable[str]) -> str:
    """The name of a folder for what these parts say together, as safe as `folder_name`.

    Args:
        parts: of each at most 60 bytes are kept. Where all are empty, the name is "gallery".

    Example:
        >>> joined_name(["style_scale=0.7", "style_layers=block1_conv1:4"])
        'style_scale=0.7, style_layers=block1_conv1_4'
    """
    name = ", ".join(part for part in (_safe(part, _MOST_BYTES) for part in parts) if part)
    name = _safe(name, _MOST_BYTES_TOGETHER) or "gallery"
    return f"_{name}" if _RESERVED.match(name) else name


def unique_names(names: Iterable[str]) -> list[str]:
    """The same names in the same order, where one that was there before gets a number.

    Names that differ only in small and large letters count as one, as on Windows and macOS.

    Example:
        >>> unique_names(["cat, glass", "Cat, glass", "dog, glass"])
        ['cat, glass', 'Cat, glass 2', 'dog, glass']
    """
    names = list(names)
    taken = {name.casefold() for name in names}
    unique: list[str] = []
    used: set[str] = set()
    for name in names:
        candidate, number = name, 1
        while candidate.casefold() in used or (number > 1 and candidate.casefold() in taken):
            number += 1
            candidate = f"{name} {number}"
        used.add(candidate.casefold())
        unique.append(candidate)
    return unique


def _safe(text: str, most_bytes: int) -> str:
    text = unicodedata.normalize("NFC", text)
    text = "".join(c if c.isprintable() else "_" for c in _FORBIDDEN.sub("_", text))
    # What is cut off may have been before a space.
    cut = text.strip(" .").encode()[:most_bytes].decode(errors="ignore")
    return cut.strip(" .")
