"""All that the page says, in one place, so that it can be translated."""

TITLE = "Repaint a photo"

PHOTO, STYLE = "Photo", "Style"
FROM_FILE, FROM_CAMERA, FROM_SAMPLES = "Upload", "Camera", "Samples"
UPLOAD, CAMERA, SAMPLE = "Photo file", "Take a photo", "Sample photo"
OWN_PAINTING = "A painting of your own"
OWN_PAINTING_HELP = "Any picture works as a style; those with visible strokes work best."
MIX = "Mix in another painting"
MIX_WORDS = "The more a painting's share, the more of it is in your picture."
MIX_STYLE, MIX_CHOOSE = "The painting of another style", "Choose a style"
MIX_FILE = "Or a painting of your own"
MIX_FULL = "More than four paintings cannot be mixed here."
MIXED, MIXED_PART = "The mix: {parts}", "{title} {percent} %"
REMOVE, REMOVE_HELP = "Remove", "Take {title} out of the mix"
NO_SHARE = "Give one of the paintings a share above 0."
YOUR_PHOTO = "Your photo"
CHOOSE_PHOTO = "Choose a photo first."
PART = "Paint only a part"
PAINTED_PART = "The painted part"
ONLY_PART = "Only the painted part will be repainted."
PART_LEFT_OUT = "So the part that you painted is left out, and the whole photo is repainted."
NO_SUCH_STYLE = "There is no style {name} here; the first style is chosen instead."
PAINTING_GONE = "The painting of this style cannot be read; choose another style."
FRAME_GONE = "This picture is gone; go on from another one."
CHOOSE_PAINTING = "This style needs a painting of your own; add one above."

BALANCE = "Photo or painting"
BALANCE_ENDS = ("More photo", "More painting")
SIZE = "Size"
SIZES = {256: "Quick", 512: "Good", 768: "Fine"}
EXACT_SIZE = "Exact size"
EXACT_SIZE_HELP = "The longer side in pixels; 0 keeps the size chosen above."
FORETOLD = "{size}, about {time} and {memory} GB of memory"
LONGER_SIDE = "{size} pixels"
BOTH_SIDES = "{rows} x {columns} pixels (height x width)"
ADVANCED = "Advanced"
WEIGH_LAYERS = "Weigh each layer"
WEIGH_LAYERS_HELP = "Each layer counts by its own weight beside the others, instead of all alike."
EARLIER_RECIPE = (
    "These settings are of version {version} of the recipe and mean what they meant then; "
    "today's is {newest}."
)
PRESET_HAS = "the preset has {value}"
RUN_HAD = "that run had {value}"
OWN_STYLE, OWN_FILE = "Own painting", "Own painting: {name}"
RESET = "Reset to the preset"
SAVE_PRESET = "Save as preset"
CHANGED_PRESET = "{title}, changed"
PRESET_FILE = "my_style.yaml"
START = "Repaint"
START_FROM = "Repaint from here"
BROKEN_PRESETS = "Some presets cannot be used"

NEW = "New picture"
MY_RUNS = "My pictures"
NO_RUNS = "You have not repainted anything yet."
NEWEST_OF = "The newest {shown} of your {of} pictures."
OPEN = "Open"
BESIDE = "Side by side"
CHOOSE = "Select"
BESIDE_HELP = "Select two to see them side by side"
LEAVE_BESIDE = "Show the first one alone"

STOP, STOPPING, CONTINUE = "Stop", "Stopping", "Continue"
WATCHING_ANOTHERS = "You are watching someone's picture grow; only they can stop it."
SHARE = "Share"
SHARE_WORDS = "Anyone who has this link can watch."
PICTURE_FILE = "Picture"
ZIP = "All iterations (zip)"
ANIMATION = "Animation"
NO_SUCH_RUN = "There is no such picture; it may have been removed. Start a new one any time."
FAILED = "It failed"
STOPPED = "Stopped after {done} of {iterations} iterations."
FINISHED = "Finished: {reason}."
LIKENESS = "Likeness: painting {painting} of 10, photo {photo} of 10."
INTERRUPTED = "Interrupted; it will go on shortly"
NO_WORKER = (
    "Waiting for a worker; if none comes, whoever runs this page will find the reason in its log"
)
NEXT = "Next in the queue"
PLACE = "Place {place} in the queue"
WAIT = "{place}, about {time} to wait"
GETTING_READY = "Getting ready"
ITERATION = "Iteration {done} of {iterations}"
LOSS = "loss {loss:.4g}"
EVALUATIONS = "{evaluations} evaluations"
LEFT = "about {time} left"
FROM_FRAME = "Go on from iteration {number}"
FROM_FRAME_WORDS = "A new run starts from this picture, with the settings that you choose here."
LARGER = "Make it larger"
LARGER_WORDS = (
    "The picture is taken up again at the new size: its colours and strokes stay where they are, "
    "and a few evaluations paint what is finer. On paper its longer side is as long as the sheet's."
)
NEW_SIZE = "New size"
TWICE, ON_PAPER = "Twice the size", "{paper} at {dpi} dpi"
LARGEST = "It is as large as a picture can be made here."
SECONDS, MINUTES, HOURS = "{count} seconds", "{count} minutes", "{count} hours"
CAME_FROM = "It started from a picture of [another run]({link})."

STATES = {
    "queued": "waiting",
    "running": "being painted",
    "finished": "finished",
    "cancelled": "stopped",
    "failed": "failed",
    "interrupted": "interrupted",
}
RUN_TITLE = "{title}, {state}"
ADVICE = {
    "variation": "The smoothness term dominates; lower it under Advanced for more detail.",
    "chroma": "The colours' smoothness dominates; lower it under Advanced for stronger colours.",
    "content": "The photo's term dominates; move the slider towards the painting for more style.",
    "style": "The painting's term dominates; move the slider towards the photo to keep more.",
    "stalled": "It cannot get better at this precision; change the balance or the size.",
    "converged": "It cannot get better with these settings; change the balance or the size.",
    "cancelled": "Continue goes on from where it stopped.",
}

VIEWER = {
    "now": "The repainted photo",
    "photo": "Photo",
    "painting": "Painting",
    "mask": "Where it was painted",
    "numbered": "Painting {number}",
    "alone": "Picture",
    "compare": "Compare with",
    "split": "How much of the picture to show",
    "iteration": "Iteration",
    "iterations": "Iterations",
    "newest": "Newest",
    "grid": "Show all",
    "strip": "Show as a strip",
    "download": "Download this picture",
    "from": "Go on from this one",
    "strength": "Strength",
    "strengthHelp": "0 % is the photo, 100 % the picture; beyond that it goes further still",
    "percent": "{strength} %",
    "keepColours": "Keep the photo's colours",
    "waiting": "The first picture will be here in a moment",
}
BRUSH = {
    "canvas": "Your photo, to paint over",
    "keys": (
        "With keys: the arrows move the brush, Space paints (held down, a line), Shift and Space "
        "erases, [ and ] change its size, Ctrl and Z undoes."
    ),
    "eraser": "Eraser",
    "undo": "Undo",
    "invert": "Invert",
    "clear": "Clear",
    "size": "Brush size",
    "softness": "Soft edge",
    "nothing": "Paint over what is to be repainted; without a stroke it is the whole photo.",
    "everything": "All of the photo is painted, as without a brush.",
    "least": "Less than 1 % of the photo is painted; the rest stays as it is.",
    "most": "More than 99 % of the photo is painted; the rest stays as it is.",
    "painted": "{percent} % of the photo is painted; the rest stays as it is.",
}
CHART = {
    "label": "Loss curves",
    "hovered": "The picture of that iteration",
    "waiting": "The curves begin with the first iteration",
    "missing": "The curves cannot be drawn; reload the page",
    "iteration": "Iteration",
}
PLANE = {
    "title": "Your pictures, each between photo and painting",
    "along": "likeness to the photo",
    "up": "likeness to the painting",
    "photo": "the photo",
    "painting": "the painting",
}
STYLES = {"label": "Style"}
