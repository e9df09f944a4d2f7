"""Computes a batch: one run after the other, of which one that fails does not lose the others."""

import sys
from collections.abc import Sequence
from pathlib import Path

from nst_core import interrupts
from nst_core.cli.batch import Batch, Run
from nst_core.cli.batch_bar import BatchBar
from nst_core.cli.batch_check import Checked, checked
from nst_core.cli.batch_output import Sheet, write_zip
from nst_core.cli.folder import RunFolder
from nst_core.cli.pictures import read_pictures
from nst_core.cli.repaint import Interrupt, compare, repaint
from nst_core.errors import NstError, WeightsError, joined, shown
from nst_core.events import REASONS, Evaluated, Event, Result
from nst_core.machine.forecast import Forecast
from nst_core.objective import backend
from nst_core.quiet import load_tensorflow

SOME_FAILED = 1


def compute(batch: Batch, output: Path) -> int:
    """Compute the runs of a batch that are not finished yet, and return the exit code.

    Nothing is written before all runs are known to be possible. A run that is stopped keeps its
    iterations, has no result, and is computed anew the next time.

    Args:
        batch: of the runs.
        output: the folder that gets a folder for each, the contact sheet and the zip.

    Raises:
        NstError: the batch is refused, or nothing of it can be computed.

    Example:
        >>> compute(photos_by_styles(choices), Path("out"))
        out/sheet.jpg: 4 runs are done.
        0
    """
    backend.require_supported()
    runs, notes = checked(batch, output)
    to_do = [each for each in runs if not each.is_finished]
    with Interrupt() as interrupt, BatchBar([each.forecast.seconds for each in to_do]) as bar:
        bar.say(_plan(runs))
        for note in notes:
            bar.say(f"{note}.")
        work = _Work(batch, output, interrupt, bar)
        for each in runs:
            if each.is_finished:
                work.keep(each.run)
        if to_do:
            load_tensorflow()
        for each in to_do:
            if not interrupt.came:
                work.do(each.run)
        work.close(is_over=not interrupt.came)
    return _report(work, len(runs), len(runs) - len(to_do), interrupt.came)


class _Work:
    """A batch under way.

    Attributes:
        sheet: its contact sheet.
        finished: the names of the runs that are.
        failures: why the others failed, by their names.
    """

    def __init__(self, batch: Batch, output: Path, interrupt: Interrupt, bar: BatchBar) -> None:
        self.sheet = Sheet(batch, output)
        self.finished: set[str] = set()
        self.failures: dict[str, str] = {}
        self._batch, self._output = batch, output
        self._interrupt, self._bar = interrupt, bar

    def keep(self, run: Run) -> None:
        """Count a run as finished."""
        self.sheet.add(run)
        self.finished.add(run.name)

    def do(self, run: Run) -> None:
        """Compute a run and put it on the sheet; what fails is written down.

        Raises:
            WeightsError: no run can be computed.
        """
        self._bar.begin(run.name)
        try:
            result = self._repaint(run)
            if result.stopped == "cancelled":
                return
            self.keep(run)
        except WeightsError:
            raise
        except Exception as error:
            if interrupts.came():  # libraries turn it into errors of their own
                raise
            self._fail(run, error)
            return
        loss = f", loss {result.losses[-1]:.4g}" if result.losses else ""
        self.sheet.write()
        self._bar.end(f"done{loss}")

    def close(self, is_over: bool) -> None:
        """Write what all runs have in common, but for the zip of a batch that was stopped."""
        if not (self.finished or self.failures):
            return
        if self._output.is_dir():
            self.sheet.write()
        if is_over and self.finished:
            self._bar.say("Packing all runs into one zip.")
            write_zip(self._batch, self._output, self.finished)

    def _repaint(self, run: Run) -> Result:
        """Raises: _FailedError: there is no result that would be worth keeping."""
        config = run.config
        pictures = read_pictures(config)
        folder = RunFolder(self._output / run.name, config, pictures)

        def on_event(event: Event) -> None:
            if isinstance(event, Evaluated):
                self._interrupt.is_gentle = True
            folder.on_event(event)
            self._bar.on_event(event)

        result = repaint(pictures, config.settings, on_event, lambda: self._interrupt.came)
        if result.stopped == "not finite":
            raise _FailedError(f"{REASONS['not finite']}.")
        if result.stopped != "cancelled":
            folder.finish(result)
            folder.pack(compare(result, pictures, config.settings, self._bar.say))
        return result

    def _fail(self, run: Run, error: Exception) -> None:
        sentence = str(error) if isinstance(error, NstError) else _in_words(error)
        self.failures[run.name] = sentence
        self.sheet.add_failure(run)
        self._bar.end(f"failed: {sentence.removesuffix('.')}", failed=True)


class _FailedError(NstError):
    """A run ended without a result."""


def _plan(runs: Sequence[Checked]) -> str:
    """What is to be computed, and what that will take."""
    to_do = [each.forecast for each in runs if not each.is_finished]
    before = len(runs) - len(to_do)
    parts = [f"{len(runs)} runs" + (f", {before} of them finished before" if before else "")]
    if to_do:
        whole = Forecast(sum(each.seconds for each in to_do), max(each.memory for each in to_do))
        parts.append(f"about {whole.in_words()}")
    return f"{', '.join(parts)}."


def _report(work: _Work, count: int, before: int, was_stopped: bool) -> int:
    """Say how the batch ended. Returns: the exit code."""
    done = len(work.finished)
    words = f"{done} of {count} runs are done" if done < count else f"{count} runs are done"
    words += f", {before} of them before" if before else ""
    print(f"{work.sheet.path if done else 'Nothing is finished'}: {words}.")
    if work.failures:
        failed = len(work.failures)
        reasons = {
            name: f"{name}: {text.removesuffix('.')}" for name, text in work.failures.items()
        }
        print(f"{failed} of {count} runs failed: {joined(reasons)}.", file=sys.stderr)
    if was_stopped:
        return interrupts.STOPPED
    return SOME_FAILED if work.failures else 0


def _in_words(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "The run needs more memory than it may have."
    return f"{type(error).__name__}: {shown(str(error))}."
