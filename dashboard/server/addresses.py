"""Where the server's files lie, relative to the page: that may lie in a folder of a site."""

from nst_core.runs.store import layout

GALLERY = "runs/{run}/" + layout.GALLERY
ANIMATION = "runs/{run}/animation.webp"
PICTURE = "runs/{run}/pictures/{name}"
PREVIEW = "runs/{run}/previews/{name}"
THUMBNAIL = "runs/{run}/thumbnails/{name}"
PRESET = "presets/{name}/{kind}.jpg"
PLOTLY = "assets/plotly.min.js"
HEALTH = "health"
