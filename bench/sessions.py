"""Visitors without a browser: they speak Streamlit's protocol, so that only the server has work."""

import contextlib
import json
import threading
import time
import urllib.parse
import urllib.request
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

_BIGGEST_MESSAGE = 256 * 2**20


class Session:
    """One visitor's open page: it runs fragments when the server says so, and fetches new pictures.

    Attributes:
        seconds: of each run of the page or of a fragment of it, from question to answer.
    """

    def __init__(self, address: str, query: str = "") -> None:
        """Open the page. address: `http://host:port`."""
        self.seconds: list[float] = []
        self._address, self._query = address, query
        self._fragments: dict[str, tuple[float, float]] = {}
        self._fetched: set[str] = set()
        self._question_time: float | None = None
        self._over = threading.Event()
        self._socket = connect(
            f"{address.replace('http', 'ws', 1)}/_stcore/stream",
            max_size=_BIGGEST_MESSAGE,
            subprotocols=[Subprotocol("streamlit")],
            origin=Origin(address),
        )
        self._run()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the page."""
        self._over.set()
        self._socket.close()
        self._thread.join()

    def turn(self) -> None:
        """Have the page run as a whole, as a click on a widget does."""
        if self._question_time is None:
            self._run()

    def _run(self, fragment: str = "") -> None:
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        self._question_time = time.monotonic()
        self._socket.send(message.SerializeToString())

    def _live(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            while not self._over.is_set():
                with contextlib.suppress(TimeoutError):
                    message = ForwardMsg()
                    message.ParseFromString(self._socket.recv(timeout=0.05))
                    self._take(message)
                now = time.monotonic()
                for fragment, (interval, due) in list(self._fragments.items()):
                    if now >= due and self._question_time is None:
                        self._fragments[fragment] = interval, now + interval
                        self._run(fragment)

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "auto_rerun":
            timer = message.auto_rerun
            self._fragments[timer.fragment_id] = (
                timer.interval,
                time.monotonic() + timer.interval,
            )
        elif kind == "script_finished" and self._question_time is not None:
            self.seconds.append(time.monotonic() - self._question_time)
            self._question_time = None
        elif kind == "delta":
            self._look(message.delta.new_element.bidi_component.json)

    def _look(self, data: str) -> None:
        pictures = json.loads(data).get("pictures") if data.startswith("{") else None
        if not pictures or not isinstance(pictures, list):
            return
        for path in (pictures[-1]["url"], pictures[-1]["thumbnail"]):
            if path not in self._fetched:
                self._fetched.add(path)
                url = urllib.parse.urljoin(f"{self._address}/", path)
                urllib.request.urlopen(url, timeout=30).read()
