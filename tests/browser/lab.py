"""The lab page as a test sees it: what it shows at one moment, read in one go, and compared with the core."""

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from playwright.sync_api import Page

import ddim_lab as dl
from tests.lab import truth

# Everything is read inside one task of the page, so label, curve and pictures belong together.
READ = """
const read = lab => {
  const pixels = node => { // of the node's place on the one canvas of its sheet: columns spread over its width
    const box = node.parentElement, canvas = box.querySelector(":scope > canvas");
    const columns = +box.style.getPropertyValue("--columns"), i = [...box.children].indexOf(node) - 1;
    const x = Math.round((i % columns + 0.5) * canvas.width / columns - 14), y = 30 * Math.floor(i / columns) + 1;
    const { data } = canvas.getContext("2d").getImageData(x, y, 28, 28), grey = [];
    for (let i = 0; i < data.length; i += 4) grey.push(String.fromCharCode(data[i]));
    return btoa(grey.join(""));
  };
  const box = (node, more) => ({ state: node.dataset.state, pixels: pixels(node), ...more });
  const numbers = selector => [...lab.querySelectorAll(selector)].map(line => +line.getAttribute("y1"));
  return {
    ...lab.dataset,
    label: lab.querySelector(".eta").getAttribute("aria-valuetext"),
    path: lab.querySelector(".sigma .noise-line")?.getAttribute("d"), grid: numbers(".sigma .gridline"),
    cells: ["x_t", "x0"].flatMap(row =>
      [...lab.querySelectorAll(`.strip.${row} .cell`)].map(cell => box(cell, { row, j: +cell.dataset.j }))),
    results: [...lab.querySelectorAll("[data-control=results] button")].map(
      button => box(button, { image: +button.dataset.image })),
  };
};
"""
# Keeps what is on screen after every drawing: the page writes its attributes once label, curves and pictures are drawn.
# `labelled` keeps those drawings that changed the label.
RECORD = (
    "lab => {"
    + READ
    + """
  lab.recorded = []; lab.labelled = [];
  new MutationObserver(changes => {
    const names = changes.map(change => change.attributeName);
    if (names.includes("data-eta") || names.includes("data-steps")) lab.labelled.push(read(lab));
    if (names.includes("data-frames")) lab.recorded.push(read(lab));
  }).observe(lab, { attributes: true, attributeFilter: ["data-eta", "data-steps", "data-frames"] });
}"""
)


@dataclass(frozen=True)
class Seen:
    """One moment of the page."""

    raw: dict[str, Any]
    fixed: dict[str, Any]  # settings that the page's attributes do not tell

    @property
    def settings(self) -> dict[str, Any]:
        raw = self.raw
        told = {"eta": float(raw["eta"]), "S": int(raw["steps"]), "seed": int(raw["seed"])}
        return told | {name: raw[name] for name in ("schedule", "spacing", "solver")} | self.fixed

    def fresh(self, kind: str = "cells") -> list[dict[str, Any]]:
        return [box for box in self.raw[kind] if box["state"] == "fresh"]

    @property
    def pixels(self) -> list[str]:
        return [box["pixels"] for box in (*self.raw["cells"], *self.raw["results"])]

    def sigma(self) -> np.ndarray:
        """The shown curve, read off the path against the grid lines of 0 and 1."""
        low, _, high = self.raw["grid"]
        y = [float(point.split(",")[1]) for point in self.raw["path"].strip("M").split("L")]
        return (low - np.array(y)) / (low - high)


class Films:
    """dl.sample at each setting seen, computed once."""

    def __init__(self) -> None:
        self.known: dict[tuple, tuple[np.ndarray, np.ndarray]] = {}

    def at(self, settings: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
        key = tuple(sorted(settings.items()))
        if key not in self.known:
            self.known[key] = truth.film(settings)
        return self.known[key]

    def check(self, seen: Seen, focus: int = 0) -> None:
        """Whatever the page calls fresh is dl.sample at the displayed setting, and so is the curve."""
        settings = seen.settings
        s = truth.DEFAULTS | settings
        x_t, x0 = self.at(settings)
        for cell in seen.fresh():
            film = x_t if cell["row"] == "x_t" else x0
            truth.assert_same_picture(grey(cell), film[cell["j"] - 1, focus], f"{cell['row']} {cell['j']}, {settings}")
        for result in seen.fresh("results"):
            truth.assert_same_picture(grey(result), x_t[-1, result["image"]], f"result {result['image']}, {settings}")
        levels = getattr(dl.NoiseSchedule, s["schedule"])(s["T"]).alpha_bar
        tau = getattr(dl.spacing, s["spacing"])(s["T"], s["S"])
        sigma = dl.coefficients(levels[tau[::-1]], levels[[*tau[-2::-1], 0]], s["eta"]).sigma
        np.testing.assert_allclose(seen.sigma(), sigma, atol=2e-3, err_msg=f"the sigma curve at {settings}")


def grey(box: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(box["pixels"]), np.uint8).reshape(28, 28)


class Lab:
    """An open lab page."""

    def __init__(self, page: Page, url: str, **fixed: Any):
        self.page, self.fixed = page, fixed
        page.goto(url)

    @property
    def root(self):
        return self.page.locator(".lab")

    def wait(self, condition: str, argument: Any = None) -> None:
        """Until `condition`, an expression of `lab` and `argument`, holds on the page."""
        handle = self.root.element_handle()
        self.page.wait_for_function(f"([lab, argument]) => {condition}", arg=[handle, argument])

    def wait_exact(self) -> None:
        self.root.and_(self.page.locator('[data-status="exact"]')).wait_for(state="attached")
        self.wait("[...lab.querySelectorAll('.strip.x_t .cell')].every(cell => cell.dataset.state == 'fresh')")

    def wait_eta(self, eta: float) -> None:
        """Until the full run of `eta` is on screen."""
        self.wait("lab.dataset.status == 'exact' && Math.abs(lab.dataset.doneEta - argument) < 1e-9", eta)
        self.wait_exact()

    def see(self) -> Seen:
        return Seen(self.root.evaluate(f"lab => {{ {READ} return read(lab); }}"), self.fixed)

    def record(self) -> None:
        self.root.evaluate(RECORD)

    def recorded(self) -> list[Seen]:
        return [Seen(raw, self.fixed) for raw in self.root.evaluate("lab => lab.recorded.splice(0)")]

    def labelled(self) -> list[Seen]:
        return [Seen(raw, self.fixed) for raw in self.root.evaluate("lab => lab.labelled.splice(0)")]

    def slider(self, name: str):
        return self.page.get_by_role("slider", name=name, exact=True)

    def place(self, name: str, share: float) -> tuple[float, float]:
        """Where on the screen the thumb of a slider stands at `share` of its range."""
        box = self.slider(name).bounding_box()
        thumb = 16
        return box["x"] + thumb / 2 + share * (box["width"] - thumb), box["y"] + box["height"] / 2

    def seen_while_dragging(self) -> Seen:
        """Waits, the button held, until something of the new setting is on screen beyond the first column."""
        fresh = "[...lab.querySelectorAll('.strip.x_t .cell')].some(c => c.dataset.state == 'fresh' && c.dataset.j > 1)"
        told = "Math.abs(lab.querySelector('.eta').getAttribute('aria-valuetext') - lab.dataset.eta) < 6e-4"
        S = "parseInt(lab.querySelector('.S').getAttribute('aria-valuetext')) == lab.dataset.steps"
        script = f"lab => {{ {READ} return {told} && {S} && {fresh} && read(lab); }}"  # found and read in one task
        seen = self.page.wait_for_function(script, arg=self.root.element_handle())
        return Seen(seen.json_value(), self.fixed)
