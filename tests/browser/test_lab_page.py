"""The lab page in a browser: live while dragging, honest pictures, and a page that goes on whatever happens."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

import ddim_lab as dl
from ddim_lab.lab.settings import Settings
from tests.browser.lab import Films, grey
from tests.lab import truth

pytestmark = pytest.mark.browser
films = Films()
OPENED = "notation must be one of", "image must be within 0..7, got 8", "step must be a whole number within 1..11"


def test_dragging_eta_is_live_and_honest(open_lab):
    lab = open_lab()
    first = lab.see()
    films.check(first)
    assert len(first.fresh()) == 21  # eleven columns of x_t; x_0 ends one earlier
    assert len(first.fresh("results")) == 8
    lab.record()

    mouse = lab.page.mouse
    mouse.move(*lab.place("eta", 0))
    mouse.down()
    etas = []
    for share in (0.25, 0.6, 0.8, 0.45):
        mouse.move(*lab.place("eta", share))
        lab.wait("lab.dataset.eta != argument", str(etas[-1] if etas else 0))
        seen = lab.seen_while_dragging()
        etas.append(float(seen.raw["eta"]))
        assert float(seen.raw["label"]) == pytest.approx(etas[-1], abs=5e-4)
        films.check(seen)
        assert any(cell["j"] > 1 for cell in seen.fresh())
    assert len(set(etas)) == 4
    recorded, labelled = lab.recorded(), lab.labelled()  # the mouse button is still held
    assert {float(seen.raw["eta"]) for seen in recorded} == set(etas)
    for seen in recorded:
        films.check(seen)
    for seen in labelled:  # a new label comes with the new curve; no old picture stands under it as if it were new
        films.check(seen)

    mouse.up()
    lab.wait_eta(etas[-1])
    released = lab.see()
    films.check(released)
    assert len(released.fresh()) == 21
    assert len(released.fresh("results")) == 8
    assert released.pixels != first.pixels

    mouse.move(*lab.place("eta", etas[-1] / float(lab.slider("eta").get_attribute("max"))))
    mouse.down()
    mouse.move(*lab.place("eta", -0.05))
    mouse.up()
    lab.wait_eta(0)
    assert lab.see().pixels == first.pixels


def test_dragging_S_is_live_and_honest(open_lab):
    lab = open_lab("guide=end&eta=0.5")
    lab.record()
    mouse = lab.page.mouse
    mouse.move(*lab.place("S", np.log(10) / np.log(1000)))
    mouse.down()
    counts = []
    for share in (0.4, 0.25):
        mouse.move(*lab.place("S", share))
        lab.wait("lab.dataset.steps != argument", str(counts[-1] if counts else 10))
        seen = lab.seen_while_dragging()
        counts.append(int(seen.raw["steps"]))
        films.check(seen)
    for seen in lab.recorded():
        films.check(seen)
    for seen in lab.labelled():
        films.check(seen)
    assert counts == [pytest.approx(1000**share, abs=1.2) for share in (0.4, 0.25)]
    mouse.up()
    lab.wait("lab.dataset.status == 'exact' && lab.dataset.steps == argument", str(counts[-1]))
    lab.wait_exact()
    films.check(lab.see())


def test_keys_the_link_and_a_reload(open_lab):
    lab = open_lab("S=5")
    slider = lab.slider("eta")
    slider.focus()
    for key in ("PageUp", "ArrowRight", "ArrowRight", "ArrowLeft"):
        lab.page.keyboard.press(key)
    lab.wait_eta(0.11)
    films.check(lab.see())
    lab.page.wait_for_url(re.compile(r"[?&]eta=0\.11(&|$)"))
    assert "S=5" in lab.page.url
    before = lab.see()
    lab.page.reload()
    lab.wait_eta(0.11)
    after = lab.see()
    assert (after.settings, after.pixels) == (before.settings, before.pixels)


def test_what_the_learner_opened_survives_a_reload(open_lab):
    lab = open_lab("S=5")
    page = lab.page
    page.get_by_role("button", name="Show all controls").click()
    page.get_by_role("combobox", name="Notation").select_option("paper")
    page.locator("[data-control=results] button").nth(2).click()
    page.get_by_role("button", name="One step forward").click()
    page.wait_for_url(re.compile("step=4"))
    for name in ("notation=paper", "image=2", "step=4", "S=5"):
        assert name in page.url
    formula = page.locator(".step .formula").inner_text()

    page.reload()
    lab.wait_exact()
    lab.wait("lab.querySelector('.step').dataset.j == '4'")
    assert lab.root.get_attribute("data-level") == "4"
    expect(page.locator(".guide .count")).to_have_count(0)  # the guide does not begin anew
    expect(page.get_by_role("combobox", name="Notation")).to_have_value("paper")
    expect(page.locator(".step .formula")).to_have_text(formula, use_inner_text=True)
    expect(page.locator("[data-control=results] button").nth(2)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".where")).to_have_text("t = 400")
    expect(page.locator(".notice")).to_be_hidden()
    films.check(lab.see(), focus=2)
    page.get_by_role("combobox", name="Notation").select_option("ours")
    page.wait_for_url(re.compile("notation=ours"))
    page.get_by_role("button", name="Reset").click()
    page.wait_for_url(lambda url: url.endswith("?notation=ours"))


def test_level_and_notation_go_along_to_the_other_pages_and_back(open_lab):
    lab = open_lab("S=5")
    page = lab.page
    notation, bar = page.get_by_role("combobox", name="Notation"), page.get_by_role("navigation", name="Pages")
    page.get_by_role("button", name="Show all controls").click()
    notation.select_option("paper")
    for name in ("Derivation", "Exact world", "Compare"):
        bar.get_by_role("link", name=name).click()
        expect(bar.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")
        expect(notation).to_have_value("paper")
        for told in ("notation=paper", "S=5"):
            assert told in page.url
        expect(page.locator(".notice")).to_be_hidden()
    bar.get_by_role("link", name="Derivation").click()
    expect(page.locator("[data-formula=one_step]")).to_contain_text("τ")  # as only the paper writes it
    notation.select_option("ours")
    bar.get_by_role("link", name="Lab").click()
    expect(page.locator(".lab")).to_have_attribute("data-level", "4")
    expect(notation).to_have_value("ours")
    bar.get_by_role("link", name="Errata clinic").click()
    expect(notation).to_have_value("ours")  # where short letters are the default
    bar.get_by_role("link", name="Quality").click()
    expect(page.locator(".lab.quality")).to_have_attribute("data-covered", "true")  # this page's guide begins here


def test_a_librarys_steps_stand_under_the_runs_own(open_lab):
    lab = open_lab("guide=end&S=61")
    page = lab.page
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Steps as a library makes them").select_option(label="diffusers: trailing")
    told = page.locator(".library-told")
    expect(told).to_contain_text("62 steps, not 61; t = 0 is outside 1..1000")
    assert page.locator(".ruler .library-visited").get_attribute("d").count("M") == 61
    assert page.locator(".ruler .library-outside").get_attribute("d").count("M") == 1
    page.wait_for_url(re.compile("library=trailing"))
    page.locator(".S-number").fill("10")
    page.locator(".S-number").press("Enter")
    expect(told).to_contain_text("the steps of this run")
    assert page.locator(".ruler .library-outside").get_attribute("d") == ""
    lab.wait_exact()
    films.check(lab.see())  # it is shown, not run
    page.reload()
    expect(told).to_contain_text("the steps of this run")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".ruler .library-visited")).to_have_count(0)
    expect(told).to_be_hidden()


def test_a_solver_is_chosen_and_what_it_cannot_take_is_said(open_lab):
    lab = open_lab("guide=end&S=4&eta=0.5&images=2")
    page, notice = lab.page, lab.page.locator(".notice")
    solver, calls = page.get_by_label("Solver"), page.locator(".calls")
    solver.select_option(label="2M (dpmpp_2m)")
    lab.wait("lab.dataset.status == 'exact' && lab.dataset.solver == 'dpmpp_2m'")
    films.check(lab.see())
    expect(page.locator(".belief-told")).to_contain_text("extrapolated, x₀ + ")
    expect(page.locator(".beliefs canvas")).to_have_count(2)
    expect(calls).to_have_text("4 network calls")

    solver.select_option(label="2S (dpmpp_2s)")
    expect(notice).to_contain_text("eta was lowered to 0: the solver dpmpp_2s")
    lab.wait_eta(0)
    films.check(lab.see())
    expect(calls).to_have_text("7 network calls")
    expect(page.locator(".belief-told")).to_contain_text("averaged")
    assert lab.slider("eta").is_disabled()
    page.get_by_role("tab", name="Code").click()
    expect(page.locator(".panel .code")).to_contain_text('solver="dpmpp_2s"')

    page.get_by_text("More", exact=True).click()
    clip = page.get_by_label("Clip predicted x0")
    clip.select_option("keep_eps")
    expect(notice).to_contain_text("clip 'keep_eps' has none to keep")
    films.check(lab.see())  # what is there stays, under its own name
    clip.select_option("rederive_eps")
    expect(notice).to_be_hidden()
    page.wait_for_url(re.compile("solver=dpmpp_2s"))


def test_an_eta_that_was_lowered_is_told_as_one_that_is_admitted(open_lab):
    lab = open_lab("guide=end&S=20&eta=1.16")
    lab.page.locator(".S-number").fill("10")  # up to 1.08249784, which is not 1.0825
    lab.page.locator(".S-number").press("Enter")
    notice = lab.page.locator(".notice")
    expect(notice).to_contain_text("eta was lowered to 1.")
    told = float(re.search(r"lowered to (\d\.\d+)", notice.inner_text())[1])
    assert Settings().eta_end - 1e-4 <= told <= Settings().eta_end


def test_nonsense_in_the_link_is_said_and_the_rest_taken(open_lab):
    lab = open_lab("eta=x&S=-3&level=9&seed=4&clip=%3Cscript%3E&notation=mine&image=8&step=x")
    notice = lab.page.locator(".notice")
    expect(notice).to_be_visible()
    said = notice.inner_text()
    for words in ("eta must be a number, got 'x'", "S must be within", "level must be", "clip must be one of", *OPENED):
        assert words in said
    assert "Traceback" not in lab.page.locator("body").inner_text()
    films.check(lab.see())
    assert lab.see().settings["seed"] == 4


def test_native_sliders_take_over_where_the_socket_fails(open_lab):
    link = "S=2&digit=3&images=4&T=500"
    lab = open_lab(link, ready=False, before=lambda page: page.route_web_socket("**/ddim/live", lambda ws: ws.close()))
    native = lab.page.get_by_test_id("stSlider").get_by_role("slider", name="eta")
    expect(native).to_be_visible()
    results = lab.page.get_by_test_id("stImage").locator("img").last
    before = results.get_attribute("src")
    native.focus()
    lab.page.keyboard.press("PageUp")
    lab.page.keyboard.press("End")
    expect(lab.page.get_by_test_id("stImage").locator("img").last).not_to_have_attribute("src", before)
    lab.page.wait_for_url(re.compile(f"[?&]eta={Settings(S=2, T=500).eta_end}(&|$)"))
    assert all(part in lab.page.url for part in link.split("&"))


def test_scrubbing_samples_nothing(open_lab):
    lab = open_lab("guide=end")
    before = lab.see()
    for _ in range(3):
        lab.page.get_by_role("button", name="One step forward").click()
    expect(lab.page.locator(".where")).to_have_text("t = 200")
    lab.wait("lab.querySelector('.step').dataset.j == '9'")
    after = lab.see()
    assert after.raw["done"] == before.raw["done"]
    assert after.pixels == before.pixels


def test_pinned_results_are_counted_against_the_same_seeds(open_lab):
    lab = open_lab("guide=end&S=5")
    page = lab.page
    before = lab.see()
    page.get_by_role("button", name="Pin this").click()
    page.locator(".eta-marks button", has_text="DDPM").click()
    lab.wait_eta(1)
    after = lab.see()
    films.check(after)
    apart = [
        np.sqrt(((grey(a).astype(float) - grey(b)) ** 2).mean())
        for a, b in zip(before.raw["results"], after.raw["results"], strict=True)
    ]
    changed = sum(distance > 25.5 for distance in apart)
    expect(page.locator(".pinned .verdict")).to_have_text(f"{changed} of 8 changed")
    page.get_by_role("button", name="New start").click()
    expect(page.locator(".pinned .verdict")).to_contain_text("another start")


def test_the_step_card_groups_and_names_as_asked(open_lab):
    lab = open_lab("guide=end&eta=0.6")
    page = lab.page
    lab.wait("lab.querySelector('.step').dataset.state == 'fresh'")
    j = int(page.locator(".step").get_attribute("data-j"))
    step = list(truth.steps({"eta": 0.6}, 1, 0))[j - 1]
    levels = dl.NoiseSchedule.linear().alpha_bar
    c = dl.coefficients(float(levels[step.t]), float(levels[step.t_prev]), 0.6)
    expect(page.locator(".step h2").first).to_contain_text(f"t = {step.t} → {step.t_prev}")
    expect(page.locator(".step .tile")).to_have_count(5)

    by_k = page.get_by_role("button", name="by k, m, sigma")
    by_k.click()
    expect(by_k).to_have_attribute("aria-pressed", "true")
    for value in (c.k, c.m, c.sigma):
        assert f"× {value:.4f}" in page.locator(".step .tiles").inner_text()
    page.get_by_role("button", name="split m·x_t").click()
    expect(page.locator(".step .tile")).to_have_count(6)

    formula = page.locator(".step .formula")
    ours = formula.inner_text()
    page.get_by_role("combobox", name="Notation").select_option("diffusers")
    expect(formula).not_to_have_text(ours, use_inner_text=True)
    page.get_by_role("combobox", name="Notation").select_option("ours")
    expect(formula).to_have_text(ours, use_inner_text=True)


def test_downloads_and_code(open_lab):
    lab = open_lab("guide=end&S=3&images=2")
    page = lab.page
    for label, start in (("PNG", b"\x89PNG"), ("GIF", b"GIF89a"), ("CSV", b"j,t,t_prev")):
        with page.expect_download() as download:
            page.locator(".downloads").get_by_role("link", name=label).click()
        assert download.value.path().read_bytes().startswith(start)
    page.get_by_role("tab", name="Code").click()
    expect(page.locator(".panel .code")).to_contain_text("dl.sample(")
    expect(page.locator(".panel .code")).to_contain_text("S=3")
    page.get_by_role("tab", name="Numbers").click()
    expect(page.locator(".panel table tr")).to_have_count(4)
    page.get_by_role("tab", name="Curves").click()
    expect(page.locator(".panel .plot svg.main-svg").first).to_be_visible()
