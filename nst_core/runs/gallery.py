"""All that a run left, in one zip."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

from nst_core import files
from nst_core.errors import OutputError

# A fixed date, so that the same run gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


def write_zip(path: Path, members: Iterable[Path]) -> None:
    """Pack `members` under their names into `path`, as a whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        with files.replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
            for member in members:
                # Pictures are compressed already; the rest is small.
                with archive.open(zipfile.ZipInfo(member.name, _DATE), "w") as target:
                    target.write(member.read_bytes())
    except OSError as error:
        raise OutputError(f"{path} could not be written: {files.in_words(error)}.") from error
