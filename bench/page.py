"""How quick the page is: `python -m bench.page`, in Debian's chromium, on this machine.

The first screen on a warm server, and from the press of the button to an answer and to the first
picture at the default preset and size: all with the browser on the same processors. Then ten
sessions that are open while a run computes: without a browser, since their browsers are elsewhere.
"""

import argparse
import contextlib
import itertools
import tempfile
import time
from collections.abc import Callable
from statistics import median, quantiles

from playwright.sync_api import Browser, Page

from bench.sessions import Session
from nst_core.runs.store.store import Store
from testing import server

PICTURE = "The repainted photo"


def open_page(browser: Browser, address: str) -> tuple[Page, float]:
    """A new visitor's page, and the seconds until its first screen was ready."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    began = time.monotonic()
    page.goto(address)
    page.get_by_role("button", name="Repaint").wait_for()
    page.get_by_role("radio").first.wait_for(state="attached")
    return page, time.monotonic() - began


def choose_sample(page: Page) -> None:
    """Take the astronaut as photo."""
    page.get_by_text("Samples", exact=True).click()
    page.get_by_text("Astronaut", exact=True).click()
    page.get_by_alt_text("Your photo").wait_for()
    page.wait_for_timeout(500)


def press_start(page: Page) -> tuple[float, float]:
    """Press the button. The seconds until an answer and until the first picture are returned."""
    began = time.monotonic()
    page.get_by_role("button", name="Repaint").click()
    page.get_by_role("button", name="Stop").wait_for()
    answer = time.monotonic() - began
    page.get_by_alt_text(PICTURE).wait_for(timeout=120_000)
    return answer, time.monotonic() - began


def run_of(page: Page) -> str:
    """The run that the page shows."""
    return page.url.split("run=")[1].split("&")[0]


def stop(page: Page, store: Store) -> None:
    """Stop the page's run, and wait until the worker is free."""
    page.get_by_role("button", name="Stop").click()
    until(lambda: store.get(run_of(page)).is_over)


def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    while not condition():
        time.sleep(0.05)


def seconds_per_iteration(
    run: str, store: Store, seconds: float, each: Callable[[], None]
) -> float:
    """How long an iteration takes, over some seconds in which `each` is called again and again."""
    first = store.get(run)
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        each()
    last = store.get(run)
    return (last.seconds - first.seconds) / (last.done - first.done)


def crowd(
    browser: Browser, address: str, store: Store, seconds: float
) -> tuple[list[float], list[float]]:
    """A run alone and with ten sessions open, in turn.

    Five of them watch it, and five are on the first screen, one of which runs its page anew each
    second. What is returned: the run's pace with them over that without, and the seconds that every
    run of a page took.
    """
    settings = "scales=1&iterations=1000&evaluations=2"
    owner, _ = open_page(browser, f"{address}/?{settings}")
    choose_sample(owner)
    press_start(owner)
    run = run_of(owner)
    owner.goto("about:blank")
    ratios, took = [], list[float]()
    for _ in range(3):
        alone = seconds_per_iteration(run, store, seconds, lambda: time.sleep(0.2))
        with contextlib.ExitStack() as stack:
            queries = [f"run={run}"] * 5 + [""] * 5
            sessions = [stack.enter_context(Session(address, query)) for query in queries]
            until(lambda: all(session.seconds for session in sessions))  # noqa: B023
            turning = itertools.cycle(sessions[5:])

            def turn() -> None:
                time.sleep(1.0)
                next(turning).turn()  # noqa: B023

            crowded = seconds_per_iteration(run, store, seconds, turn)
            for session in sessions:
                took += session.seconds[1:]
        ratios.append(crowded / alone)
    owner.goto(f"{address}/?run={run}")
    stop(owner, store)
    return ratios, took


def main() -> None:
    """Print a line for each."""
    parser = argparse.ArgumentParser("bench.page", description=__doc__)
    parser.add_argument("--times", type=int, default=10, help="first screens (10)")
    parser.add_argument("--presses", type=int, default=5, help="of the button (5)")
    parser.add_argument("--seconds", type=float, default=25.0, help="of each part of the crowd")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        server.served(folder) as address,
        server.chromium() as browser,
    ):
        store = Store.open(folder)
        page, cold = open_page(browser, address)
        print(f"first screen, the server's first visitor: {cold:.2f} s", flush=True)
        choose_sample(page)
        press_start(page)  # the engine loads Keras and VGG16
        stop(page, store)
        screens = [open_page(browser, address)[1] for _ in range(options.times)]
        print(f"first screen, warm: {median(screens):.2f} s (worst {max(screens):.2f})", flush=True)
        answers, pictures = [], []
        for _ in range(options.presses):
            page, _ = open_page(browser, address)
            choose_sample(page)
            answer, picture = press_start(page)
            answers.append(answer)
            pictures.append(picture)
            stop(page, store)
            page.context.close()
        print(f"answer to the button: {median(answers):.2f} s (worst {max(answers):.2f})")
        print(f"first picture: {median(pictures):.2f} s (worst {max(pictures):.2f})", flush=True)
        ratios, took = crowd(browser, address, store, options.seconds)
        print(
            f"ten sessions while a run computes: a page answers in {median(took):.2f} s "
            f"({quantiles(took, n=20)[-1]:.2f} at the 95th percentile of {len(took)}), and the run "
            f"takes {median(ratios):.2f} times as long ({min(ratios):.2f} to {max(ratios):.2f})"
        )


if __name__ == "__main__":
    main()
