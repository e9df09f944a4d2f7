"""The loss curves of a run."""

from dashboard import components, keys, texts
from dashboard.runs.losses import drawn_curves, pictures
from dashboard.server import addresses
from nst_core.runs.store.losses import LossRow
from nst_core.runs.store.record import Record


def draw_loss_curves(record: Record, rows: list[LossRow], key: str = keys.CHART) -> None:
    """Draw the curves; beside an iteration that is pointed at, its picture.

    Args:
        record: of the run.
        rows: its losses.
        key: of the component.
    """
    thumbnails = {picture["number"] + 1: picture["thumbnail"] for picture in pictures(record, rows)}
    components.chart(
        key=key,
        data={
            "run": record.id,
            "plotly": addresses.PLOTLY,
            "figure": drawn_curves(record),
            "pictures": thumbnails,
            "texts": texts.CHART,
        },
    )
