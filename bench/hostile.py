"""What the guarded decoder bears: `python -m bench.hostile FOLDER`, a folder's files and mutations.

It prints how many were decoded and how many were refused with which kind of sentence, the slowest,
those that took the most memory, and every answer that was not one sentence; with one of these it
ends with exit code 1. Ten thousand mutations take half a minute.
"""

import argparse
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from bench.mutations import mutations, seeds
from nst_core.errors import ImageError
from nst_core.pictures.decoding import MOST_BYTES
from nst_core.pictures.guarded.guard import Guard

_LOOK_SECONDS = 0.005
_MOST_CHARACTERS = 400
_NAME = "The file"


@dataclass(frozen=True)
class Answer:
    """What came of a file.

    Attributes:
        what: the file.
        kind: "decoded", or what the sentence expected.
        text: the whole sentence; empty for a decoded file.
        seconds: until it came.
        memory: the decoder's most while it was at it, in bytes.
    """

    what: str
    kind: str
    text: str
    seconds: float
    memory: int

    def is_one_sentence(self) -> bool:
        """Whether a person may be shown it."""
        return not self.text or (
            self.text.startswith(_NAME)
            and self.text.endswith(".")
            and "Traceback" not in self.text
            and len(self.text.splitlines()) == 1
            and len(self.text) <= _MOST_CHARACTERS
        )


class Memory:
    """The most memory that a guard's processes have had, looked at every few milliseconds."""

    def __init__(self, guard: Guard) -> None:
        self.most = 0
        self._guard = guard
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            for process in self._guard.process_ids():
                try:
                    self.most = max(self.most, psutil.Process(process).memory_info().rss)
                except psutil.Error:  # it has ended
                    continue


def answer(guard: Guard, memory: Memory, what: str, data: bytes) -> Answer:
    """Have a file decoded."""
    memory.most = 0
    began = time.monotonic()
    text = ""
    try:
        guard.decode(data, _NAME)
    except ImageError as error:
        text = str(error)
    except Exception as error:  # the page would show a traceback
        text = f"Traceback: {error!r}"
    seconds = time.monotonic() - began
    return Answer(what, kind_of(text), text, seconds, memory.most)


def kind_of(text: str) -> str:
    """What tells sentences apart: what was expected, and what came where there are few of these.

    Example:
        >>> kind_of("The file must be at most 32 MB. Received: more than that.")
        'must be at most 32 MB'
    """
    if not text:
        return "decoded"
    expected, _, _ = text.partition(". Received: ")
    kind = text if "can be opened within" in expected else expected
    return kind.removeprefix(_NAME).strip()


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file in a folder, at any depth; of each as much as the decoder looks at."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                yield str(path.relative_to(folder)), file.read(MOST_BYTES + 1)


def report(answers: list[Answer]) -> None:
    """Print what came."""
    print(f"\n{len(answers)} files:")
    for kind, count in Counter(answer.kind for answer in answers).most_common():
        print(f"{count:7}  {kind}")
    print("The slowest:")
    for slow in sorted(answers, key=lambda answer: -answer.seconds)[:5]:
        print(f"{slow.seconds:6.2f} s   {slow.what}: {slow.kind}")
    print("The largest:")
    for large in sorted(answers, key=lambda answer: -answer.memory)[:5]:
        print(f"{large.memory / 1e6:6.0f} MB  {large.what}: {large.kind}")
    wrong = [answer for answer in answers if not answer.is_one_sentence()]
    print(f"Not one sentence: {len(wrong)}")
    for bad in wrong:
        print(f"  {bad.what}: {bad.text[:2000]!r}")


def main() -> None:
    """Decode everything, and print what came."""
    parser = argparse.ArgumentParser("bench.hostile", description=__doc__)
    parser.add_argument("folder", type=Path, help="whose files are decoded, at any depth")
    parser.add_argument("--mutations", type=int, default=10_000, help="of small files (10000)")
    parser.add_argument("--seed", type=int, default=0, help="another one damages otherwise")
    parser.add_argument("--verbose", action="store_true", help="print each answer of the folder")
    options = parser.parse_args()
    if not options.folder.is_dir():
        parser.error(f"FOLDER must be a folder. Received: {options.folder}.")
    good = seeds()
    print(f"{len(good)} own files, {options.mutations} mutations of them, seed {options.seed}")
    with Guard() as guard, Memory(guard) as memory:
        began = time.monotonic()
        guard.warm()
        seconds = time.monotonic() - began
        idle = sum(psutil.Process(process).memory_info().rss for process in guard.process_ids())
        print(f"the decoder's program: started in {seconds:.2f} s, {idle / 1e6:.0f} MB when idle")
        answers = [answer(guard, memory, *file) for file in files_of(options.folder)]
        if options.verbose:
            for one in answers:
                print(f"{one.seconds:6.2f} s  {one.what}: {one.text or one.kind}")
        whole = [answer(guard, memory, *file) for file in good.items()]
        # Damage to formats that are refused from their first bytes would tell little.
        taken = {seed.what: good[seed.what] for seed in whole if seed.kind == "decoded"}
        damaged = mutations(taken, options.mutations, options.seed)
        answers += whole + [answer(guard, memory, *file) for file in damaged]
    report(answers)
    sys.exit(not all(answer.is_one_sentence() for answer in answers))


if __name__ == "__main__":
    main()
