"""What is done to a picture after its run: how strong the painting is in it, and whose colours."""

import io
import zipfile
from fractions import Fraction
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response

from dashboard.server import addresses, routes
from nst_core.cli.main import main
from nst_core.errors import InputError
from nst_core.pictures.chroma import with_chroma_of
from nst_core.pictures.pixels import Pixels, resize
from nst_core.pictures.retouch import MOST, Retouch, at_strength, strength_of
from nst_core.runs.export import gallery
from nst_core.runs.export.retouched import RetouchedFolder
from nst_core.runs.store.store import Store
from testing.finished import finished_run
from testing.pages import gallery_of

STRENGTHS = (0, 1, 30, 70, 99, 101, 130, 150)


def noise(rows: int, columns: int, seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), dtype=np.uint8)


def by_hand(picture: Pixels, photo: Pixels, strength: int) -> Pixels:
    """Level by level in fractions, of a photo in the picture's size."""
    levels = [
        min(255, max(0, round(Fraction(int(a) * (100 - strength) + int(b) * strength, 100))))
        for a, b in zip(photo.flat, picture.flat, strict=True)
    ]
    return np.reshape(levels, picture.shape).astype(np.uint8)


@pytest.mark.parametrize("strength", STRENGTHS)
def test_a_strength_is_exact_to_the_level(strength: int) -> None:
    picture, photo = noise(40, 50, 1), noise(40, 50, 2)
    before = picture.copy(), photo.copy()
    result = at_strength(picture, photo, strength)
    assert result.dtype == np.uint8
    assert np.array_equal(result, by_hand(picture, photo, strength))
    assert np.array_equal(picture, before[0])
    assert np.array_equal(photo, before[1])


def test_at_its_ends_it_is_the_picture_and_the_photo() -> None:
    picture, photo = noise(40, 50, 1), noise(160, 200, 2)
    same = at_strength(picture, photo, 100)
    assert np.array_equal(same, picture)
    assert same is not picture
    assert np.array_equal(at_strength(picture, photo, 0), resize(photo, 40, 50))


def test_a_large_picture_is_the_same_as_its_parts() -> None:
    picture, photo = noise(700, 800, 1), noise(700, 800, 2)
    whole = at_strength(picture, photo, 130)
    for rows in (slice(0, 40), slice(330, 370), slice(660, 700)):
        assert np.array_equal(whole[rows], at_strength(picture[rows], photo[rows], 130))


@pytest.mark.parametrize(
    "text", ["-1", "151", "70.5", "1e2", "", "abc", "\u0667\u0660", "1" * 5000]
)
def test_what_is_no_strength_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match="whole number from 0 to 150") as refusal:
        strength_of(text)
    assert len(str(refusal.value)) < 300
    assert [strength_of(word) for word in ("0", "070", "150")] == [0, 70, MOST]
    with pytest.raises(InputError, match="Received: 151"):
        at_strength(noise(40, 40, 1), noise(40, 40, 2), 151)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store that server and shell find."""
    monkeypatch.setenv("NST_RUNS", str(tmp_path / "runs"))
    return Store.open()


PHOTO = noise(120, 160, 1)
PICTURES = [noise(30, 40, 2), noise(60, 80, 3)]


@pytest.fixture
def run(store: Store) -> str:
    """A finished run of two sizes."""
    return finished_run(store, PHOTO, PICTURES)


def pixels(data: bytes) -> Pixels:
    with Image.open(io.BytesIO(data)) as image:
        return np.array(image.convert("RGB"))


def expected(number: int, strength: int) -> Pixels:
    picture = PICTURES[number]
    return by_hand(picture, resize(PHOTO, *picture.shape[:2]), strength)


def answer(endpoint: routes.Endpoint, run: str, name: str, query: str) -> Response:
    """What the server answers to who asks for a run's picture."""
    scope = {
        "type": "http",
        "headers": [],
        "path_params": {"run": run, "name": name},
        "query_string": query.encode(),
    }
    return endpoint(Request(scope))


def name_of(number: int) -> str:
    return f"transfer_result_at_iteration_{number}.png"


def test_the_server_gives_pictures_of_any_strength(store: Store, run: str) -> None:
    stored = store.folder(run).read(name_of(0))
    for query in ("", "strength=100", "download"):
        assert answer(routes.picture, run, name_of(0), query).body == stored
    for strength in STRENGTHS:
        for number in (0, 1, 0):  # the last one remembered
            response = answer(routes.picture, run, name_of(number), f"strength={strength}")
            assert np.array_equal(pixels(bytes(response.body)), expected(number, strength))
    response = answer(routes.picture, run, "result.png", "download&strength=70")
    assert np.array_equal(pixels(bytes(response.body)), expected(1, 70))
    assert "repainted.png" in response.headers["Content-Disposition"]
    with Image.open(io.BytesIO(bytes(response.body))) as image:
        assert image.info["Software"] == "nst_core"
        assert image.info["Comment"] == "Strength 70 %"
    photo = answer(routes.picture, run, "photo.png", "strength=70")
    assert np.array_equal(pixels(bytes(photo.body)), PHOTO)


def test_a_strip_s_pictures_have_the_strength_too(run: str) -> None:
    def mean(query: str) -> float:
        shown = pixels(bytes(answer(routes.thumbnail, run, name_of(1), query).body))
        return float(np.abs(shown.astype(float) - resize(PHOTO, 60, 80)).mean())

    distances = [mean(f"strength={strength}") for strength in (0, 40, 100)]
    assert distances == sorted(distances)
    assert distances[0] < 0.5 * distances[2]
    assert mean("") == distances[2]


@pytest.mark.parametrize("value", ["151", "-1", "much"])
def test_the_server_refuses_what_is_no_strength(run: str, value: str) -> None:
    for endpoint in (routes.picture, routes.thumbnail, routes.animation, routes.gallery):
        response = answer(endpoint, run, "result.png", f"strength={value}")
        assert response.status_code == 400
        sentence = f"strength must be a whole number from 0 to 150. Received: {value}.\n"
        assert bytes(response.body).decode() == sentence


def zipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}


def test_a_zip_has_the_strength_in_all_its_pictures(store: Store, run: str) -> None:
    status, data = gallery_of(run, "strength=30")
    assert status == 200
    strong, usual = zipped(data), zipped(gallery_of(run)[1])
    assert strong.keys() == usual.keys()
    for name, number in ((name_of(0), 0), (name_of(1), 1), ("result.png", 1)):
        assert np.array_equal(pixels(strong[name]), expected(number, 30))
        assert usual[name] == store.folder(run).read(name)
    for name in ("photo.png", "painting.png", "losses.csv", "run.yaml"):
        assert strong[name] == usual[name]
    assert b"<p>Strength 30 %</p>" in strong["index.html"]
    assert b"<p>Strength" not in usual["index.html"]
    assert gallery_of(run, "strength=100")[1] == gallery_of(run)[1]


def test_a_folder_that_is_not_retouched_gives_its_bytes_piece_by_piece(
    store: Store, run: str
) -> None:
    folder = store.folder(run)
    folder.write("result.png", b"x" * 3_000_000)
    plain = RetouchedFolder(folder, Retouch())
    assert max(map(len, plain.chunks("result.png"))) <= 1 << 20
    assert b"".join(gallery.stream(plain)) == b"".join(gallery.stream(folder))


def test_the_shell_exports_at_a_strength(
    run: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "gallery.zip"
    command = ["runs", "export", run, "--output"]
    assert main([*command, str(output), "--strength", "70"]) == 0
    assert np.array_equal(pixels(zipped(output.read_bytes())["result.png"]), expected(1, 70))
    moving = tmp_path / "moving.gif"
    assert main([*command, str(moving), "--strength", "0"]) == 0
    with Image.open(moving) as animation:
        animation.seek(1)
        shown = np.asarray(animation.convert("RGB"), float)
    assert np.abs(shown - resize(PHOTO, 60, 80)).mean() < 30  # of 256 colours
    capsys.readouterr()
    assert main([*command, str(tmp_path / "other.zip"), "--strength", "200"]) == 2
    sentence = "strength must be a whole number from 0 to 150. Received: 200.\n"
    assert capsys.readouterr().err == sentence
    assert not (tmp_path / "other.zip").exists()


def test_an_address_says_a_retouch_and_only_what_differs() -> None:
    assert addresses.with_retouch("a/b.png", Retouch()) == "a/b.png"
    assert addresses.with_retouch("a/b.png", Retouch(70)) == "a/b.png?strength=70"
    assert addresses.with_retouch("a/b.png?download", Retouch(0)) == "a/b.png?download&strength=0"
    for strength in (0, 100, 150):
        for keeps in (True, False):
            retouch = Retouch(strength, keeps)
            query = parse_qs(addresses.with_retouch("", retouch).removeprefix("?"))
            assert (
                addresses.retouch_of({name: value[0] for name, value in query.items()}) == retouch
            )


def test_the_photo_s_colours_are_put_back_and_then_comes_the_strength(
    store: Store, run: str
) -> None:
    for number in (0, 1):
        photo = resize(PHOTO, *PICTURES[number].shape[:2])
        coloured = with_chroma_of(PICTURES[number], photo)
        for query, right in (
            ("colours=luminance", coloured),
            ("colours=luminance&strength=70", by_hand(coloured, photo, 70)),
            ("colours=luminance&strength=0", photo),
        ):
            response = answer(routes.picture, run, name_of(number), query)
            assert np.array_equal(pixels(bytes(response.body)), right)
            assert np.array_equal(pixels(zipped(gallery_of(run, query)[1])[name_of(number)]), right)
    assert (
        b"<p>The photo's colours</p>".replace(b"'", b"&#x27;")
        in zipped(gallery_of(run, "colours=luminance")[1])["index.html"]
    )
    response = answer(routes.picture, run, name_of(0), "colours=green")
    assert response.status_code == 400
    assert bytes(response.body) == b"colours must be luminance here. Received: green.\n"


def test_the_shell_exports_with_the_photo_s_colours(run: str, tmp_path: Path) -> None:
    output = tmp_path / "gallery.zip"
    assert main(["runs", "export", run, "--output", str(output), "--keep-colours"]) == 0
    right = with_chroma_of(PICTURES[1], PHOTO)
    assert np.array_equal(pixels(zipped(output.read_bytes())["result.png"]), right)
