"""A guess comes first: while a question is open nothing on its page answers it, to eyes or to a screen reader.

A page is loaded once and the guide's questions are opened one after the other, with every control there (level 4). What
is looked for: the explanation, the replies, the right option, numbers that only the explanation has, and TELLS.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from ddim_lab.lab.pages import PAGES
from ddim_lab.teaching import pages
from ddim_lab.teaching.pages.compare.comparisons import COMPARISONS
from ddim_lab.teaching.questions import Question, pick

pytestmark = pytest.mark.browser

TELLS = {  # of each question, what would answer it in other words than its own
    "compare-off": ("variety", "typical", "alike"),
    "compare-steps": ("finer", "closely", "start decides"),
    "compare-noisy-steps": ("other pictures", "not alone"),
    "compare-calls": ("looks ahead", "nearer", "loses?"),
    "compare-spacing": ("nearer", "by a little"),
    "compare-clip": ("broken", "fits neither", "cosmetic"),
    "compare-hat": ("speckle", "grain", "too much noise"),
    "compare-noises": ("own way", "different digits", "hardly any"),
    "compare-ways": ("first belief", "same belief", "part only"),
    "compare-far": ("not which", "both are", "as good"),
    "derive-how-many": ("endless", "infinite", "whole curve", "ellipse", "for each sigma"),
    "derive-hold": ("two roots", "negative root", "other root", "two settings", "upside down"),
    "derive-bound": (r"m (is|=) 0(?!\.)", "forgets?", "no weight"),
    "derive-x0": ("divided out", "every pixel", "for every x"),
    "derive-again": ("same network", "one network", "looks? alike", "need not learn"),
    "eta-same": ("same noise", "same start", "the start stays", "start decides"),
    "first-guess": ("average", "blur"),
    "new-start": ("another start", "variety", "different 3s"),
    "sharper-guess": ("for every eta", "does not depend on eta", "before the first fresh"),
    "retraining": ("same network", "no training", "all noise levels", "nothing"),
    "settling": ("smaller gap", "draws? closer", "change less"),
    "put-back": ("in its place", "filled up", "less fresh noise"),
    "radius": ("stays as it is", "no more and no less", "whatever eta"),
    "share": ("shorter steps", "much less", "a typical step"),
    "half": ("half the height", "half the sigma", "proportional"),
    "leading-start": ("below T", "stops? short", "901"),
    "crowd": ("dense", "near the (data|picture|digit)", "crowd"),
    "schedule-change": ("same stops", "same steps", "amount of noise"),
    "last-step": ("no noise at all", "0 at the end", "sigma is 0", "none in the last"),
    "better-belief": ("no belief before", "second column", "from the second"),
    "memory": ("markov", "present", "earlier pictures"),
    "alpha": ("after all steps", "cumulative", r"this lab \(ᾱ\)", r"paper \(α\)", "product of"),
    "arc-end": ("all noise is fresh", "none of the predicted", "1.0825"),
    "truest": ("closest", "spread", "makes? up for"),
    "encode-twice": ("no noise is drawn", "same code", "no dice", "no randomness"),
    "encode-solved": ("hundred times", r"\d·10⁻\d", "mean squared error"),
    "encode-eta": ("another hand", "handwriting", "somewhere else", "only the label"),
    "encode-halfway": (r"0\.7\d?\b", "quieter", "cuts through"),
    "encode-turn": ("stay what", "still a [2-5]$", "too much of"),
    "errata-yardstick": ("cost variance", "0.1861", "lose variance", "too little variance"),
    "errata-hides": ("at eta = 0 only", "same number", "only at 0", "invisible"),
    "errata-reseed": ("do not change", "does not change", "function of the picture", "nothing is drawn"),
    "exact-crowd": ("same crowd", "crowd stays", "whatever eta", "at every time"),
    "exact-fault": ("at eta 0", "no fault", "cannot be wrong"),
    "exact-off": ("next to nothing", "0.0016", "% of the spread", "falls onto", "nearly the same"),
    "exact-steps": ("changes nothing", "does not help", "same number", "whatever S"),
    "exact-left": ("half here", r"\b51 %", "forgets?"),
    "exact-nearest": ("0.09", "0.34", "makes? up for", "sigma-hat (is|wins)"),
    "quality-few": ("nearer to real", "0.080", "0.19", "eta 0 beats"),
    "quality-variety": ("0.84", "0.77", "starts? alone"),
    "quality-floor": ("0.030", "real test digits:", "above 0"),
    "quality-apart": ("interval of th", "same starts", "≈ ?$", "difference"),
    "quality-hat": ("1.26", "15.7", "farther"),
    "quality-back": ("0.0021", "0.0001", "falls"),
}
SHOWN = {  # numbers of an explanation that are there from the beginning: of the setting that the question opens
    "exact-steps": {"0.0016"},  # its answer is that another S changes none of it
    "exact-nearest": {"0.23"},  # of eta 0, one of three
    "compare-far": {"0.71"},  # by chance: how far one of the eight pictures is; the question's are of a single pixel
}
NUMBER = re.compile(r"(?<![\d.])\d+\.(?:\d{2,}|\d(?= %))(?!\d)")  # measured: no tick and no setting has so many digits

SEEN = """lab => {
  const shown = node => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const own = ".guide, .predict .prompt, .predict .options, style, script, template"; // a question's own place
  const found = [], walk = document.createTreeWalker(lab, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode, node = text.parentElement, option = node.closest("option");
    if (!text.textContent.trim() || node.closest(own) || !shown(option?.closest("select") ?? node)) continue;
    found.push(option?.label || text.textContent.trim());
  }
  const under = [...lab.querySelectorAll(".cover")].filter(shown).flatMap(cover => {
    const { left, right, top, bottom } = cover.getBoundingClientRect(), inside = node => {
      const box = node.getBoundingClientRect(), x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
      return left < x && x < right && top < y && y < bottom;
    };
    return [...cover.parentElement.querySelectorAll("*")].filter(node => !node.children.length && !cover.contains(node)
      && shown(node) && inside(node) && (node.textContent.trim() || !["I", "TD"].includes(node.nodeName)));
  });
  return { text: found.join(" "), under: under.map(node => node.outerHTML.slice(0, 80)) };
}"""
VEILED = """(lab, names) => names.flatMap(name => [...lab.querySelectorAll(`[data-tells~="${name}"]`)])
  .flatMap(node => [node, ...node.querySelectorAll("*")])
  .filter(node => node.localName == "option" ? node.label != node.dataset.veil
    : node.checkVisibility({ visibilityProperty: true }))
  .map(node => node.outerHTML.slice(0, 80))"""
SETTLED = "['exact', 'ready'].includes(lab.dataset.status)"
QUICK = {page.name for page in PAGES} - {"compare", "encode"}  # there states and explanations wait for the network


def heard(cdp) -> str:
    """What a screen reader is told, without the question's own place."""
    nodes = {node["nodeId"]: node for node in cdp.send("Accessibility.getFullAXTree")["nodes"]}

    def value(node: dict, name: str) -> str:
        return str(node.get(name, {}).get("value", ""))

    def asked(node: dict | None) -> bool:
        while node:
            if value(node, "name") in ("Guide", "your guess") and value(node, "role") in ("region", "group"):
                return True
            node = nodes.get(node.get("parentId", ""))
        return False

    told = [node for node in nodes.values() if not node["ignored"] and value(node, "role") != "InlineTextBox"]
    return " | ".join(
        value(node, name) for node in told if not asked(node) for name in ("name", "value", "description")
    )


def looked_for(question: Question, numbers: bool) -> list[str]:
    """Patterns of what answers it; the explanation's `numbers` too, which are computed now."""
    said = [*(claim.sentence for claim in question.claims), *(option.reply for option in question.options)]
    sentences = [
        s.rstrip(".") for text in said for s in re.split(r"(?<=[.?!:])\s+", text) if len(s) > 15 and "{" not in s
    ]
    (right,) = (option.text.rstrip(".") for option in question.options if option.misconception is None)
    told = set(NUMBER.findall(question.explanation)) if numbers else set()
    told -= SHOWN.get(question.key, set()) | set(NUMBER.findall(question.prompt))
    literal = [*sentences, *([right] if len(right) > 12 else [])]  # a shorter one may stand in any sentence
    return [
        *map(re.escape, literal),
        *(rf"(?<![\d.]){re.escape(number)}(?!\d)" for number in told),
        *TELLS[question.key],
    ]


def found_in(text: str, question: Question, numbers: bool) -> list[str]:
    hits = [(re.search(one, text, re.IGNORECASE), one) for one in looked_for(question, numbers)]
    return [f"…{text[max(0, hit.start() - 40) : hit.end() + 30]}… ({pattern})" for hit, pattern in hits if hit]


def leaks(page: Page, cdp, question: Question, numbers: bool) -> list[str]:
    lab = page.locator(".lab")
    seen = lab.evaluate(SEEN)
    found = [f"under a cover: {one}" for one in seen["under"]]
    found += [f"not veiled: {one}" for one in lab.evaluate(VEILED, [*question.hides, *question.holds])]
    found += [f"seen: {one}" for one in found_in(seen["text"], question, numbers)]
    found += [f"heard: {one}" for one in found_in(heard(cdp).replace(question.prompt, ""), question, numbers)]
    return [f"{question.key}, {one}" for one in found]


def set_low(text: str) -> str:
    """As the page has it: the index of a symbol stands lower, without its line."""
    return re.sub(r"\b([a-zA-Z])_(\w+)", r"\1\2", text)


def opened(page: Page, name: str):
    """Opens one question after the other; yields each while it waits for the guess."""
    module, guide = pages.pages()[name], page.locator(".guide")
    for step in module.GUIDE:
        if step.question:
            yield pick(module.QUESTIONS, step.question)
        guide.locator(".skip").dispatch_event("click")
    guided = {step.question for step in module.GUIDE}
    for question in module.QUESTIONS:
        if question.key in guided or name == "compare":  # there each comparison asks its own
            continue
        guide.locator(".more-questions").dispatch_event("click")
        yield question
        guide.locator(".skip").dispatch_event("click")


def test_every_question_says_what_would_tell():
    assert set(TELLS) == {question.key for question in pages.questions()}


def test_no_comparison_is_announced_with_its_answer():
    """In a browser the first one is read; the others' lanes have the same cover."""
    told = [found_in(f"{one.title}. {one.sentence}", pages.find(one.key), False) for one in COMPARISONS]
    assert told == [[]] * len(COMPARISONS)


@pytest.mark.parametrize("page_of", PAGES, ids=lambda page: page.name)
def test_nothing_on_the_page_answers_an_open_question(page_of, open_at):
    first = pages.pages()[page_of.name].GUIDE[0]
    page = open_at(f"{page_of.path}?guide={first.key}&level=4")
    lab, cdp = page.locator(".lab"), page.context.new_cdp_session(page)
    told = []
    if page_of.name == "compare":  # asks beside its guide
        expect(lab).to_have_attribute("data-status", re.compile("exact|ready"))
        told += leaks(page, cdp, pages.find(COMPARISONS[0].key), False)
    for question in opened(page, page_of.name):
        expect(page.locator(".guide-body")).to_contain_text(set_low(question.prompt))
        if page_of.name in QUICK:
            page.wait_for_function(f"lab => {SETTLED}", arg=lab.element_handle())
        told += leaks(page, cdp, question, page_of.name in QUICK)
    cdp.detach()
    assert not told, "\n".join(told)
