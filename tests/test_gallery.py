"""What a run gives to take away: the zip, the offline page in it, the moving picture."""

import base64
import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from nst_core.cli.folder import RunFolder
from nst_core.errors import InputError
from nst_core.events import Evaluated, Result, Started
from nst_core.pictures import decoding
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.pixels import Pixels, encode_png, resize
from nst_core.runs.engine.compute import compute
from nst_core.runs.export import animation, curves, gallery
from nst_core.runs.store.losses import losses_from_bytes
from nst_core.runs.store.request import Request
from nst_core.runs.store.run_yaml import RunConfig, read_config
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.store import Store
from nst_core.settings import Settings
from testing.zips import read_as_it_comes

CHROMIUM = shutil.which("chromium")
expect.set_options(timeout=60_000)  # of milliseconds, on a machine that others use
SETTINGS = Settings(size=128, scales=2, iterations=5, evaluations=2, precision="float32")
TOP = "golden_ gate, Stained glass"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, photo: Pixels, painting: Pixels) -> Storage:
    """The folder of a finished run: a landscape, five iterations at two sizes."""
    store = Store.open(str(tmp_path_factory.mktemp("runs")))
    run = store.create(
        Request(
            resize(photo, 96, 128), resize(painting, 96, 96), SETTINGS,
            title="Stained glass", photo_name="golden: gate.jpg",
        )
    )  # fmt: skip
    assert compute(store.url, run, "engine").state == "finished"
    return store.folder(run)


def zipped(folder: Storage) -> zipfile.Path:
    """The folder in the run's zip."""
    archive = zipfile.ZipFile(io.BytesIO(b"".join(gallery.stream(folder))))
    assert archive.testzip() is None
    [top] = zipfile.Path(archive).iterdir()
    assert top.name == TOP
    return top


def names_in(folder: zipfile.Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_zip_holds_all_of_a_run_as_it_is(folder: Storage) -> None:
    archive = zipped(folder)
    pictures = {f"transfer_result_at_iteration_{number}.png" for number in range(5)}
    stored = {"result.png", "score.json", "losses.csv", "run.yaml", "photo.png", "painting.png"}
    stored |= pictures
    assert names_in(archive) == stored | {"index.html"}
    for name in stored:
        assert (archive / name).read_bytes() == folder.read(name)


def test_the_zip_can_be_read_while_it_comes(folder: Storage) -> None:
    data = b"".join(gallery.stream(folder))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert read_as_it_comes(data) == {name: archive.read(name) for name in archive.namelist()}
    assert b"".join(gallery.stream(folder)) == data


def test_a_photo_that_is_too_large_as_png_is_in_the_shells_zip_as_it_came(
    tmp_path: Path, photo: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, painting = tmp_path / "Ca: fé.JPG", tmp_path / "waves.png"
    orientation = Image.Exif()
    orientation[0x0112] = 6  # it lies on its side
    Image.fromarray(photo[:256]).save(source, exif=orientation)
    Image.fromarray(photo[:64, :64]).save(painting)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "photo.png").write_bytes(b"another one, of the user's own")
    pixels = [read_picture(path).pixels for path in (source, painting)]
    shell = RunFolder(tmp_path / "out", RunConfig(source, painting, SETTINGS), *pixels)
    most = source.stat().st_size
    assert len(encode_png(pixels[1])) < most < len(encode_png(pixels[0]))
    monkeypatch.setattr(decoding, "MOST_BYTES", most)
    shell.on_event(Started((), "float32"))
    shell.on_event(Evaluated(0, 1.0, 0.5, "float32"))
    assert shell.finish(Result(pixels[1], (), "finished", "it is done"))
    shell.pack()
    monkeypatch.undo()
    with zipfile.ZipFile(tmp_path / "out" / "gallery.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    top = tmp_path / "unpacked" / "Ca_ fé, waves"
    names = {"index.html", "run.yaml", "photo.jpg", "painting.png", "result.png"}
    assert {path.name for path in top.iterdir()} == names
    assert (top / "photo.jpg").read_bytes() == source.read_bytes()
    config = read_config(top / "run.yaml")
    assert [path.name for path in (config.photo, config.painting)] == ["photo.jpg", "painting.png"]
    assert config.settings == SETTINGS
    for path, right in zip((config.photo, config.painting), pixels, strict=True):
        assert np.array_equal(read_picture(path).pixels, right)
    small = re.findall(r"base64,([^\"]+)", (top / "index.html").read_text("utf-8"))
    shown = Image.open(io.BytesIO(base64.b64decode(small[0])))
    assert shown.height == 2 * shown.width


def test_the_zip_of_a_run_under_way_holds_what_is_finished(folder: Storage) -> None:
    copy = Storage.open(f"memory://{Path(folder.url).name}")
    for name in folder.names():
        copy.write(name, folder.read(name))
    copy.remove("result.png")
    rows = folder.read("losses.csv").splitlines(keepends=True)
    copy.write("losses.csv", b"".join(rows[:3]))  # the third picture is there, its row not yet
    names = names_in(zipped(copy))
    assert "transfer_result_at_iteration_1.png" in names
    assert not {"transfer_result_at_iteration_2.png", "result.png"} & names
    copy.write("losses.csv", b"")
    assert b"no iteration yet" in (zipped(copy) / "index.html").read_bytes()


def test_the_zip_is_made_piece_by_piece(folder: Storage) -> None:
    """A run of 200 MB never has more than a few of its pieces in memory."""
    large = Storage.open("memory://large-run")
    for name in folder.names():
        large.write(name, folder.read(name))
    large.write("result.png", b"x" * 200_000_000)
    pieces: Iterator[bytes] = gallery.stream(large)
    longest = max(map(len, pieces))
    large.remove("result.png")
    assert longest <= 8_000_000


def test_the_page_in_the_zip_loads_nothing_from_outside(folder: Storage) -> None:
    page = (zipped(folder) / "index.html").read_text("utf-8")
    # plotly.js names addresses in its own text; what stands before it is ours.
    ours = page[: page.index("plotly.js")]
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", ours)
    assert "<link" not in ours


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")
def test_the_page_in_the_zip_shows_gallery_and_curves_offline(
    folder: Storage, tmp_path: Path
) -> None:
    zipped(folder).root.extractall(tmp_path)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"], timeout=120_000
        )
        page = browser.new_page()
        page.set_default_timeout(120_000)
        problems: list[str] = []
        addresses: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: addresses.append(request.url))
        page.goto((tmp_path / TOP / "index.html").as_uri())
        now, caption = page.locator("#now"), page.locator("#caption")
        expect(caption).to_contain_text("Iteration 5")
        full = now.evaluate("image => image.decode().then(() => image.naturalWidth)")
        assert full == 128
        page.locator("#scrub").press("Home")
        expect(caption).to_contain_text("Iteration 1")
        expect(page.locator("#iterations figure")).to_have_count(5)
        drawn = len(curves.figure(losses_from_bytes(folder.read("losses.csv"))).data)
        expect(page.locator("#curves .scatterlayer .trace")).to_have_count(drawn)
        expect(page.locator("#curves .ytick")).not_to_have_count(0)
        browser.close()
    assert not problems
    assert all(url.startswith(("file:", "data:", "blob:")) for url in addresses)


def test_the_page_alone_still_shows_small_pictures(folder: Storage) -> None:
    page = (zipped(folder) / "index.html").read_text("utf-8")
    assert len(re.findall(r'src="data:image/jpeg;base64,[\w+/=]{200,}"', page)) == 7


@pytest.mark.parametrize("kind", animation.KINDS)
def test_the_animation_has_each_iteration_in_order(folder: Storage, kind: str) -> None:
    target = io.BytesIO()
    animation.write(folder, target, kind)
    with Image.open(target) as moving:
        assert moving.format == kind.upper()
        assert moving.size == (128, 96)
        assert moving.n_frames == 5  # type: ignore[attr-defined]
        assert moving.info["loop"] == 0
        for number in (0, 4):
            moving.seek(number)
            shown = np.asarray(moving.convert("RGB"), np.float64)
            name = f"transfer_result_at_iteration_{number}.png"
            picture = Image.open(io.BytesIO(folder.read(name))).resize((128, 96))
            right = np.asarray(picture, np.float64)
            other = io.BytesIO(folder.read(f"transfer_result_at_iteration_{4 - number}.png"))
            wrong = np.asarray(Image.open(other).resize((128, 96)), np.float64)
            assert np.abs(shown - right).mean() < np.abs(shown - wrong).mean()


@pytest.mark.parametrize(("most", "frames"), [(4, 3), (3, 3), (1, 1)])
def test_a_long_animation_is_thinned_and_keeps_the_last(
    folder: Storage, monkeypatch: pytest.MonkeyPatch, most: int, frames: int
) -> None:
    monkeypatch.setattr(animation, "MOST_FRAMES", most)
    target, whole = io.BytesIO(), io.BytesIO()
    animation.write(folder, target, "gif")
    monkeypatch.undo()
    animation.write(folder, whole, "gif")
    with Image.open(target) as short, Image.open(whole) as long:
        assert short.n_frames == frames  # type: ignore[attr-defined]
        short.seek(frames - 1)
        long.seek(4)
        last = (np.asarray(image.convert("RGB"), np.float64) for image in (short, long))
        assert np.abs(np.subtract(*last)).mean() < 2


def test_no_animation_of_nothing(folder: Storage) -> None:
    with pytest.raises(InputError, match=r"one of gif, webp\. Received: mp3"):
        animation.write(folder, io.BytesIO(), "mp3")
    with pytest.raises(InputError, match="no finished iteration yet"):
        animation.write(Storage.open("memory://nothing"), io.BytesIO(), "gif")


def test_the_curves_are_the_losses(folder: Storage) -> None:
    rows = losses_from_bytes(folder.read("losses.csv"))
    for row in rows:
        assert sum(row.terms.values()) == pytest.approx(row.loss, rel=1e-5)
    figure = curves.figure(rows)
    total = next(trace for trace in figure.data if trace.name == "total")
    assert list(total.y) == [row.loss for row in rows]
    assert {trace.name for trace in figure.data} == {"total", *rows[0].terms}
    assert figure.layout.yaxis.type == "log"
    # One mark, between the two sizes.
    before = [row for row in rows if row.scale == 0]
    assert 0 < len(before) < len(rows)
    assert [shape.x0 for shape in figure.layout.shapes] == [before[-1].iteration + 1.5]
    assert [list(trace.y) for trace in curves.figure([]).data] == [[]]
