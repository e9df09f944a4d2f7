"""The page that `app.py` serves. It does no mathematics, and never imports Keras.

    panels/      what is seen: one small module a panel; `first_screen.py` and `run.py` place them
    components/  widgets that Streamlit has not: HTML, CSS and JavaScript
    runs/        what the panels ask of the engine and of the store of runs
    server/      pictures and files that the server gives besides the page
    state.py     what the page remembers; `keys.py` names its widgets
    address.py   what the address says; `choice.py` what was chosen
    texts.py     all that the page says

A new panel is a module in `panels/` with one function that draws it, its words in `texts.py`, its
widgets' keys in `keys.py`, and one call in `first_screen.py` or `run.py`.
"""
