"""What a learner takes away: files that open, hold the run that was asked for, and code that reproduces it."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import anyio
import numpy as np
import pytest
from PIL import Image
from starlette.requests import Request

import ddim_lab as dl
from ddim_lab.lab import downloads
from ddim_lab.lab.live import film, tickets
from tests.lab import truth
from tests.lab.wire import client, ended, page

ROOT = Path(__file__).parents[2]
SIDE, GAP = 28, 2


def get(name: str, settings: dict, **more):
    query = {key: str(value).lower() if isinstance(value, bool) else value for key, value in (settings | more).items()}
    with client() as server, page(server=server) as wire:
        token = wire.until(wire.run({"S": 1, "images": 1}), "curves")[-1]["token"]
        return server.get(f"/ddim/export/{name}", params=query | {"token": token})


def pictures(sheet: np.ndarray, rows: int, columns: int, zoom: int) -> np.ndarray:
    """The (rows, columns, 28, 28) pictures of a zoomed sheet, one pixel of each zoomed one."""
    assert sheet.shape == (zoom * (rows * (SIDE + GAP) - GAP), zoom * (columns * (SIDE + GAP) - GAP))
    small = sheet[::zoom, ::zoom]
    assert (np.kron(small, np.ones((zoom, zoom))) == sheet).all()  # no interpolation
    return np.array(
        [[small[r * (SIDE + GAP) :, c * (SIDE + GAP) :][:SIDE, :SIDE] for c in range(columns)] for r in range(rows)]
    )


@pytest.mark.parametrize(("S", "columns"), [(3, 4), (25, 11)])
def test_png_is_two_rows_of_the_chosen_image(S, columns):
    response = get("film.png", {"S": S, "eta": 0.5, "images": 4}, focus=2)
    assert (response.status_code, response.headers["content-type"]) == (200, "image/png")
    assert 'filename="ddim-film.png"' in response.headers["content-disposition"]
    shown = pictures(np.array(Image.open(io.BytesIO(response.content))), 2, columns, 4)
    frames = np.rint(np.linspace(0, S, columns)).astype(int)
    for row, true in zip(shown, truth.film({"S": S, "eta": 0.5}, 1, 2), strict=True):
        truth.assert_same_picture(row, true[frames, 0])


def test_gif_shows_every_image_over_the_run():
    response = get("film.gif", {"S": 4, "images": 3})
    assert (response.status_code, response.headers["content-type"]) == (200, "image/gif")
    movie = Image.open(io.BytesIO(response.content))
    assert movie.n_frames == 5
    x_t, x0 = truth.film({"S": 4, "images": 3})
    for j in range(5):
        movie.seek(j)
        shown = pictures(np.array(movie.convert("L")), 2, 3, 2)
        truth.assert_same_picture(shown[0], x_t[j])
        truth.assert_same_picture(shown[1], x0[j])


def test_csv_holds_the_runs_numbers():
    response = get("numbers.csv", {"S": 20, "eta": 0.5, "schedule": "cosine"})
    assert (response.status_code, response.headers["content-type"].split(";")[0]) == (200, "text/csv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    levels, tau = dl.NoiseSchedule.cosine().alpha_bar, dl.spacing.trailing(1000, 20)
    a, b = levels[tau[::-1]], levels[[*tau[-2::-1], 0]]
    c = dl.coefficients(a, b, 0.5)
    assert [int(row["j"]) for row in rows] == list(range(1, 21))
    assert [int(row["t"]) for row in rows] == tau[::-1].tolist()
    for name, numbers in {"alpha_bar": a, "alpha_bar_prev": b, "k": c.k, "m": c.m, "sigma": c.sigma}.items():
        np.testing.assert_allclose([float(row[name]) for row in rows], numbers, rtol=1e-6, atol=1e-12)
    assert rows[-1]["eta_bound"] == "inf"
    assert float(rows[0]["eta_bound"]) == pytest.approx(dl.eta_max(a[0], b[0]))


RUNS = [
    {},
    {"eta": 0.35, "S": 7, "seed": 12, "images": 3, "spacing": "quadratic", "schedule": "cosine"},
    {"S": 4, "guidance": 2.5, "digit": "3", "images": 2, "clip": "keep_eps"},
    {"S": 4, "eta": 1.0, "sigma_hat": True, "clip": "rederive_eps", "images": 2, "T": 400},
    {"S": 4, "solver": "dpmpp_2m", "eta": 0.5, "images": 2},
    {"S": 3, "solver": "dpmpp_2s", "clip": "rederive_eps", "images": 2},
    {"S": 3, "digit": "any", "images": 2, "guidance": 3.0},
    {"S": 1, "T": 1, "images": 1, "digit": "any", "spacing": "leading"},
]


@pytest.mark.slow
def test_the_code_reproduces_the_picture(tmp_path):
    """Run as a learner would run it, all in one process to load torch once."""
    script = []
    for i, settings in enumerate(RUNS):
        response = get("code.py", settings)
        assert response.status_code == 200
        assert len(response.text.splitlines()) <= 20
        script.append(
            f"names = {{}}\nexec({response.text!r}, names)\nsave('{tmp_path.as_posix()}/{i}', names['digits'])"
        )
    helper = "import numpy\ndef save(path, digits): numpy.save(path, digits.numpy())\n"
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE"}
    subprocess.run(
        [sys.executable, "-c", helper + "\n".join(script)], check=True, env=environment, timeout=300, cwd=ROOT
    )
    for i, settings in enumerate(RUNS):
        digits = np.load(tmp_path / f"{i}.npy")
        assert digits.dtype == np.float32
        grey = np.rint(np.clip((digits[:, 0] + 1) * 127.5, 0, 255))
        truth.assert_same_picture(grey, truth.film(settings)[0][-1], f"the result of the code for {settings}")


def test_code_names_only_what_differs_from_the_cores_defaults():
    plain = get("code.py", {"digit": "any"}).text
    assert "partial" not in plain
    assert "import torch" not in plain
    assert "sigma_hat" not in plain
    assert "clip" not in plain
    assert "solver" not in plain


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("S=0", "S must be within 1..1000, got 0"),
        ("S=ten", "S must be a whole number, got 'ten'"),
        ("eta=99", "eta must lie within"),
        ("images=64&S=1000", "images x network calls must be at most"),
        ("focus=8", "focus must be an image 0..7"),
        ("focus=-1", "focus must be an image"),
        ("focus=x", "focus must be an image"),
        ("focus=" + "9" * 5000, "focus must be an image"),
        ("eta=" + "9" * 5000, "eta must be finite"),
    ],
)
@pytest.mark.parametrize("name", ["film.png", "film.gif", "numbers.csv", "code.py"])
def test_nonsense_is_answered_in_words(name, query, says):
    response = client().get(f"/ddim/export/{name}?{query}")
    assert (response.status_code, response.headers["content-type"].split(";")[0]) == (400, "text/plain")
    assert says in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize("name", ["film.png", "film.gif"])
def test_a_picture_is_drawn_for_an_open_page_only(name):
    """A picture tag of a foreign page starts no work."""
    for query in ("S=2", "S=2&token=", "S=2&token=x"):
        response = client().get(f"/ddim/export/{name}?{query}")
        assert (response.status_code, response.text) == (403, downloads.NO_TOKEN)


def test_who_hangs_up_stops_the_work(monkeypatch):
    monkeypatch.setattr(downloads, "LOOK", 0.01)
    monkeypatch.setitem(tickets.tickets._open, "mine", tickets.Ticket())
    taken, walk = [], film.walk

    def watched(*args):
        for step in walk(*args):
            taken.append(step.t)
            yield step

    monkeypatch.setattr(film, "walk", watched)
    query = b"S=1000&images=1&seed=77&token=mine"
    scope = {"type": "http", "method": "GET", "query_string": query, "path_params": {"name": "film.gif"}}
    scope["headers"] = [(b"host", b"testserver")]

    async def receive():
        if len(taken) < 3:
            await anyio.sleep_forever()
        return {"type": "http.disconnect"}

    async def main():
        return await downloads.export(Request(scope, receive))

    assert ended(main).status_code == 499
    assert 3 <= len(taken) < 900


@pytest.mark.parametrize("name", ["film.exe", "..%2F..%2Fapp.py", "../../app.py", "%2Fetc%2Fpasswd", "film.png%00", ""])
def test_only_the_named_exports_exist(name):
    response = client().get(f"/ddim/export/{name}")
    assert response.status_code == 404
    assert "import" not in response.text


@pytest.mark.parametrize(
    "path",
    [
        *("static/../routes.py", "static/%2e%2e/routes.py", "static/..%2froutes.py", "plotly/../__init__.py"),
        *("pages/exact/../../routes.py", "pages/exact/..%2f..%2froutes.py", "pages/exact", "pages/exact/page.py"),
    ],
)
def test_static_folders_give_nothing_else(path):
    assert client().get(f"/ddim/{path}").status_code == 404


def test_static_files_are_there():
    assert client().get("/ddim/static/boot.js").status_code == 200
    for name in ("digits", "exact", "derivation", "errata"):
        assert client().get(f"/ddim/pages/{name}/{name}.js").status_code == 200
    assert client().get("/ddim/plotly/plotly.min.js").status_code == 200


def test_curves_and_figures_of_a_query():
    curves = client().get("/ddim/curves.json?eta=0.5&S=4").json()
    assert curves["t"] == [1000, 750, 500, 250]
    figures = client().get("/ddim/figures.json?S=4&dark=1").json()
    assert all(figure["data"] and figure["layout"] for figure in figures.values())
    for path in ("curves", "figures"):
        response = client().get(f"/ddim/{path}.json?eta=x")
        assert (response.status_code, response.text) == (400, "eta must be a number, got 'x'")
