"""The page: choose a photo and a style, press one button, watch the picture grow.

`streamlit run app.py` imports this file once, for the server, and runs it as each session's page.
"""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator

import streamlit as st
from streamlit.starlette import App

from dashboard import dialogs, texts, visitor, words
from dashboard.panels import first_screen as start
from dashboard.panels import go_on as onward
from dashboard.panels import my_pictures as mine
from dashboard.panels import run as watching
from dashboard.runs import finding as runs
from dashboard.server import routes
from nst_core import NstError
from nst_core.runs.export import curves


def main() -> None:
    """Draw the page: the first screen, or the run that the address names."""
    st.set_page_config(texts.TITLE, "🖌️", layout="wide")
    try:
        runs.engine()
    except NstError as error:
        st.error(words.plain(str(error)))
        st.stop()
    run, beside = st.query_params.get("run"), st.query_params.get("beside")
    _draw_head(run is not None)
    dialogs.draw({mine.KIND: mine.show, onward.KIND: onward.show})
    try:
        records = [runs.find(name) for name in (run, beside) if name]
    except NstError as error:
        st.error(words.plain(str(error)))
        st.stop()
    if None in records:
        st.warning(texts.NO_SUCH_RUN)
    found = [record for record in records if record is not None]
    if run is None or not found:
        start.draw()
    elif len(found) == 2:
        mine.draw_two((found[0], found[1]))
    else:
        watching.draw(found[0])
    visitor.remember(ask=run is not None)


def _draw_head(at_run: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="head"):
        st.title(texts.TITLE, anchor=False)
        st.space("stretch")
        if at_run:
            st.button(texts.NEW, on_click=_leave_run, icon=":material/add_photo_alternate:")
        st.button(
            texts.MY_RUNS, on_click=dialogs.ask, args=(mine.KIND,), icon=":material/collections:"
        )


def _leave_run() -> None:
    for name in ("run", "beside"):
        if name in st.query_params:
            del st.query_params[name]


@contextlib.asynccontextmanager
async def engine_beside(_: App) -> AsyncIterator[None]:
    """The engine lives as long as the server, so that what waits goes on before anyone looks."""
    with contextlib.suppress(NstError):  # the page says it
        await asyncio.to_thread(runs.engine)
    # Streamlit collects garbage after each run of a page or of a part of it, and would look through
    # all that Plotly has loaded each time.
    await asyncio.to_thread(curves.figure, [])
    gc.collect()
    gc.freeze()
    yield
    await asyncio.to_thread(runs.engine.clear)


if __name__ == "__main__":
    main()
else:
    base = st.get_option("server.baseUrlPath")
    app = App(__file__, routes=routes.under(base), lifespan=engine_beside)
