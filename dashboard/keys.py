"""The names by which Streamlit knows the page's widgets, all in one place.

A key is also a class in the page's HTML: the widget with key `upload` lies in `.st-key-upload`.
"""

# Parts of the page
HEAD = "head"
STATUS = "status"
VISITOR = "visitor"

# The first screen
STYLES = "styles"
SOURCE = "source"
UPLOAD = "upload"
CAMERA = "camera"
SAMPLE = "sample"
BRUSH = "brush"
PART = "part"
MIX = "mix"
BALANCE = "balance"
"""Also the slider's name in the address."""
SIZE_IN_WORDS = "size_word"
START = "start"

# A run
STOP = "stop"
CONTINUE = "continue"
VIEWER = "viewer"
CHART = "chart"
PLANE = "plane"

# Dialogs
BESIDE = "two"
GO_ON = "go_on"
LARGER = "larger"
NEW_SIZE = "new_size"
START_LARGER = "start_larger"


def painting_uploader(turn: int) -> str:
    """The uploader of a painting; see `State.painting_turn`."""
    return f"painting_{turn}"


def mix_style(turn: int) -> str:
    """The list of styles to mix in; see `State.additions_made`."""
    return f"mix_style_{turn}"


def mix_file(turn: int) -> str:
    """The uploader of a painting to mix in; see `State.additions_made`."""
    return f"mix_file_{turn}"


def mix_share(number: int) -> str:
    """The slider of a painting's share; 0 is the style's own, see `Addition.number`."""
    return f"mix_share_{number}"


def mix_remove(number: int) -> str:
    """The button that leaves a painting out of the mix."""
    return f"mix_remove_{number}"


def preset_settings(turn: int, preset: str) -> str:
    """What the keys of a preset's settings begin with; see `State.settings_turn`."""
    return f"set_{turn}_{preset}_"


def dialog_settings(number: int) -> str:
    """What the keys of the settings in a dialog begin with; see `Dialog.number`."""
    return f"on_{number}_"


def setting(group: str, name: str) -> str:
    """A setting; `group` is what the keys beside it begin with."""
    return f"{group}{name}"


def term(group: str, name: str) -> str:
    """The weight of a further loss term, among the settings of a group."""
    return f"{group}term_{name}"


def weighs_layers(group: str, name: str) -> str:
    """Whether the layers of a setting have weights, among the settings of a group."""
    return f"{group}{name}_weighs"


def layer_weight(group: str, name: str, layer: str) -> str:
    """The weight of one of a setting's layers."""
    return f"{group}{name}_{layer}"


def exact_size(turn: int) -> str:
    """The first screen's exact size; see `State.settings_turn`."""
    return f"set_{turn}_exact_size"


def open_run(run: str) -> str:
    """The button that opens one of the visitor's runs."""
    return f"open_{run}"


def choose_run(run: str) -> str:
    """The box that chooses one of two runs to see side by side."""
    return f"beside_{run}"


def beside(key: str, number: int) -> str:
    """The viewer or chart of one of two runs side by side."""
    return f"{key}_{number}"
