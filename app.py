"""The page: choose a photo and a style, press one button, watch the picture grow.

`streamlit run app.py` imports this file once, for the server, and runs it as each session's page.
"""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Callable

import streamlit as st
from streamlit.starlette import App

from dashboard import address, components, dialogs, formatting, texts, visitor
from dashboard.panels import go_on, larger, my_pictures
from dashboard.panels.first_screen import draw_first_screen
from dashboard.panels.head import draw_head
from dashboard.panels.run import draw_run
from dashboard.panels.two_runs import draw_two_runs
from dashboard.runs.engine import engine
from dashboard.runs.finding import find
from dashboard.server import routes
from nst_core import NstError
from nst_core.pictures.guarded import guard
from nst_core.runs.export import curves

DIALOGS: dict[str, Callable[..., None]] = {
    my_pictures.KIND: my_pictures.show_my_pictures,
    go_on.KIND: go_on.show_go_on,
    larger.KIND: larger.show_larger,
}


def main() -> None:
    """Draw the page: the first screen, or the run that the address names."""
    st.set_page_config(texts.TITLE, "🖌️", layout="wide")
    st.html(components.STYLESHEET)
    try:
        engine()
    except NstError as error:
        st.error(formatting.plain(str(error)))
        st.stop()
    draw_head()
    dialogs.draw(DIALOGS)
    # Once for this run of the page, which may change the address.
    names_run = address.names_run()
    try:
        records = [find(run) for run in address.runs()]
    except NstError as error:
        st.error(formatting.plain(str(error)))
        st.stop()
    if None in records:
        st.warning(texts.NO_SUCH_RUN)
    runs = [record for record in records if record is not None]
    if not names_run or not runs:
        draw_first_screen()
    elif len(runs) == 2:
        draw_two_runs(*runs)
    else:
        draw_run(runs[0])
    visitor.remember(ask=names_run)


@contextlib.asynccontextmanager
async def engine_beside(_: App) -> AsyncIterator[None]:
    """The engine lives as long as the server, so that what waits goes on before anyone looks."""
    with contextlib.suppress(NstError):  # the page says it
        await asyncio.to_thread(engine)
    await asyncio.to_thread(guard.SHARED.warm)
    # Streamlit collects garbage after each run of a page or of a part of it, and would look through
    # all that Plotly has loaded each time.
    await asyncio.to_thread(curves.figure, [])
    gc.collect()
    gc.freeze()
    yield
    await asyncio.to_thread(engine.clear)


if __name__ == "__main__":
    main()
else:
    base = st.get_option("server.baseUrlPath")
    app = App(__file__, routes=routes.under(base), lifespan=engine_beside)
