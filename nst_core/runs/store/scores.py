"""`score.json`: how near a run's result is to its photo and its painting, written and read."""

import json
from dataclasses import asdict

from pydantic import TypeAdapter, ValidationError

from nst_core.scoring.score import Score

_SCORE = TypeAdapter(Score)


def score_to_bytes(score: Score) -> bytes:
    """The bytes of `score.json`.

    Example:
        >>> json.loads(score_to_bytes(Score(0.1, 0.7, 0.8)))["photo_likeness"]
        0.7
    """
    return json.dumps(asdict(score), indent=1).encode()


def score_from_bytes(data: bytes) -> Score | None:
    """Read `score.json`; None for a damaged one, for a run is good without it.

    Example:
        >>> score_from_bytes(b"{}") is None
        True
    """
    try:
        return _SCORE.validate_json(data)
    except ValidationError:
        return None
