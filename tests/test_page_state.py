"""What the page remembers of a visitor, and where the names of its widgets stand."""

import ast

from dashboard.state import PictureFile, State
from testing import ROOT


def test_another_style_takes_over_no_change_and_gives_every_setting_a_new_widget() -> None:
    memory = State(style="stained_glass", changes={"seed": 7})
    memory.choose_style("woodblock_wave")
    assert (memory.style, memory.changes, memory.settings_turn) == ("woodblock_wave", {}, 1)


def test_an_uploader_is_emptied_only_for_a_painting_that_is_put_away() -> None:
    memory = State()
    memory.put_painting_away()
    assert memory.painting_turn == 0
    memory.in_hand["painting"] = PictureFile("key", b"", "mine.png")
    memory.put_painting_away()
    assert (memory.in_hand, memory.painting_turn) == ({}, 1)


def test_a_dialog_is_awaited_until_it_is_drawn_and_has_widgets_of_its_own() -> None:
    memory = State()
    assert not memory.awaits_dialog()
    numbers = []
    for _ in range(2):
        memory.open_dialog("go_on", "a" * 26, 3)
        assert memory.awaits_dialog()
        dialog = memory.dialog
        assert dialog is not None
        numbers.append(dialog.number)
        dialog.is_drawn = True
        assert not memory.awaits_dialog()
    assert numbers[0] != numbers[1]
    memory.close_dialog()
    assert memory.dialog is None


def test_two_visitors_have_names_that_differ() -> None:
    assert State().visitor != State().visitor


def test_the_names_of_widgets_stand_in_one_file() -> None:
    """No `key="..."` and no `st.session_state["..."]` anywhere else."""
    for path in [ROOT / "app.py", *(ROOT / "dashboard").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                literals = [k.value for k in node.keywords if k.arg == "key"]
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("_state"):
                literals = [node.slice]
            else:
                continue
            assert not any(isinstance(value, ast.Constant | ast.JoinedStr) for value in literals), (
                f"{path.name}: {ast.unparse(node)}"
            )
