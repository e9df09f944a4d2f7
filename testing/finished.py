"""A run that looks finished to page, server and shell, though nobody has computed it."""

from nst_core import Settings
from nst_core.pictures.pixels import Pixels, encode_png
from nst_core.runs.store import layout
from nst_core.runs.store.losses import LossRow, losses_to_bytes
from nst_core.runs.store.request import Request
from nst_core.runs.store.state import RunState
from nst_core.runs.store.store import Store


def finished_run(store: Store, photo: Pixels, pictures: list[Pixels], session: str = "") -> str:
    """The id of a run of a photo with these iterations, the last one also the result.

    photo, pictures: uint8 (H, W, 3), each of its own size. session: whose run it is.
    """
    settings = Settings(size=64, scales=1, iterations=len(pictures))
    request = Request(
        photo, photo, settings, title="Noise", photo_name="portrait.png", session=session
    )
    run = store.create(request)
    folder = store.folder(run)
    rows = []
    for number, picture in enumerate(pictures):
        data = encode_png(picture, {"Software": "nst_core"})
        folder.write(layout.iteration_picture(number), data)
        height, width = picture.shape[:2]
        rows.append(LossRow(number, 0, height, width, 8, 1.0, {"content/block2_conv2": 1.0}))
    folder.write(layout.RESULT, data)
    folder.write(layout.LOSSES, losses_to_bytes(rows))
    state = RunState(state="finished", stopped="finished", done=len(rows), loss=1.0, progress=1.0)
    store.write_state(run, state)
    return run
