"""What is seen on the page: one small module a panel.

`head.py`, `first_screen.py`, `run.py` and `two_runs.py` place the others on the page;
`my_pictures.py` and `go_on.py` are dialogs.
"""
