"""A name for a run's files that every file system takes."""

import re
import unicodedata

_FORBIDDEN = re.compile(r'[/\\:*?"<>|]')
_ENDING = re.compile(r"(?<=[^. ])\.[A-Za-z]\w{0,5}\Z")
_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|\Z)", re.IGNORECASE
)
_MOST_BYTES = 60


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
    parts = [_safe(_ENDING.sub("", photo)), _safe(style)]
    name = ", ".join(part for part in parts if part) or "gallery"
    return f"_{name}" if _RESERVED.match(name) else name


def _safe(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    text = "".join(c if c.isprintable() else "_" for c in _FORBIDDEN.sub("_", text))
    # What is cut off may have been before a space.
    cut = text.strip(" .").encode()[:_MOST_BYTES].decode(errors="ignore")
    return cut.strip(" .")
