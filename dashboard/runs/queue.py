"""Says in words where a run is in the queue."""

from dashboard import formatting, texts
from dashboard.runs.engine import engine
from nst_core.runs.engine.engine import workers_now
from nst_core.runs.store.record import Record


def place_in_words(record: Record) -> str:
    """A run's place in the queue, and how long it waits there."""
    if not workers_now(engine().store):
        return texts.NO_WORKER
    place = engine().position(record.id) or 1
    wait = engine().seconds_until_start(record.id) or 0.0
    sentence = texts.NEXT if place == 1 else texts.PLACE.format(place=place)
    return texts.WAIT.format(place=sentence, time=formatting.duration(wait)) if wait else sentence
