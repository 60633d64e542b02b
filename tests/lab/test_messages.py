"""The socket's schema: a message is exactly what it should be, or a BadMessageError with a code."""

import json

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ddim_lab.lab.live.messages import TEXT_MAX, BadMessageError, Request, Stop, pack, parse
from ddim_lab.lab.pages import VIEWS
from ddim_lab.lab.pages.digits.kept import Kept
from ddim_lab.lab.settings import Settings
from tests.lab.wire import unpack

FILM = {"id": 1, "view": "film", "values": {"settings": {"eta": 0.5}, "draft": True, "focus": 3}}
STEP = {"id": 2, "view": "step", "values": {"settings": {}, "image": 0, "j": 4}}
ANSWER = {"id": 3, "view": "answer", "values": {"key": "eta-same", "choice": 1, "attempt": 1}}
STOP = {"id": 4, "stop": True}
ASKED = [FILM, STEP, ANSWER]
ALL = [*ASKED, STOP]


def begun(text):
    """What a message begins: its `Work`, or that it stops one. Raises what the socket would tell the page."""
    message = parse(text)
    return VIEWS[message.view].begin(message.values, Kept()) if isinstance(message, Request) else message


def changed(message, **values):
    return message | {"values": message["values"] | values}


def refused(message) -> BadMessageError:
    with pytest.raises(BadMessageError) as caught:
        parse(message if isinstance(message, str) else json.dumps(message))
    assert str(caught.value)
    return caught.value


def refused_values(message) -> str:
    """What is said of values that no view takes."""
    with pytest.raises((TypeError, ValueError)) as caught:
        begun(json.dumps(message))
    assert str(caught.value)
    return str(caught.value)


def test_good_messages():
    for message in ASKED:
        assert parse(json.dumps(message)) == Request(**message)
    assert parse(json.dumps(STOP)) == Stop(4)
    film = begun(json.dumps(FILM))
    assert (film.settings, film.draft, [*film.images]) == (Settings(eta=0.5), True, [3])
    card = begun(json.dumps(STEP))
    assert (card.settings, card.image, card.j) == (Settings(), 0, 4)


def test_a_film_is_fitted_as_a_slider_would():
    film = begun(json.dumps(changed(FILM, settings={"eta": 1.5, "S": 900, "T": 40, "images": 2}, focus=60)))
    assert (film.settings.S, [*film.images]) == (40, [1])
    assert film.settings.eta == film.settings.eta_end


@pytest.mark.parametrize("message", ALL, ids=lambda m: m.get("view", "stop"))
def test_every_key_is_needed_and_no_other_is_known(message):
    for key in message:
        left = {name: value for name, value in message.items() if name != key}
        assert refused(left).code == "bad-message"
    error = refused(message | {"extra": 1})
    assert (error.code, error.id) == ("bad-message", message["id"])
    assert "extra" in str(error)


@pytest.mark.parametrize("message", ASKED, ids=lambda m: m["view"])
def test_every_value_is_needed_and_no_other_is_known(message):
    for key in message["values"]:
        left = {name: value for name, value in message["values"].items() if name != key}
        assert key in refused_values(message | {"values": left})
    assert "extra" in refused_values(changed(message, extra=1))


@pytest.mark.parametrize("message", ALL, ids=lambda m: m.get("view", "stop"))
@pytest.mark.parametrize("value", [None, "text", 1.5, True, -1, [], 10**30])
def test_wrong_types_and_ranges_in_every_place(message, value):
    for key in message:
        if (key, value) != ("stop", True):
            error = refused(message | {key: value})
            assert error.id == (None if key == "id" else message["id"])
    for key in message.get("values", {}):
        if (key, value) not in (("draft", True), ("choice", None)):  # None asks for the answer
            refused_values(changed(message, **{key: value}))


@pytest.mark.parametrize("id", [None, "1", 1.0, True, -1, 2**31, [1]])
def test_a_wrong_id_is_not_echoed(id):
    error = refused(STOP | {"id": id})
    assert (error.code, error.id) == ("bad-message", None)
    assert "id must be" in str(error)


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (changed(STEP, j=0), r"j must be within 1..10, got 0"),
        (changed(STEP, j=11), "got 11"),
        (changed(STEP, image=8), "image must be within 0..7, got 8"),
        (changed(STEP, settings={"eta": 1.4}), "eta must lie within"),  # a step card asks about a run that exists
        (changed(FILM, focus=64), "focus must be within 0..63, got 64"),
        (changed(FILM, settings={"S": 1000, "images": 64}), "images x network calls must be at most"),
        (changed(FILM, settings={"eta": "x"}), "eta must be a real number, got 'x'"),
        (changed(FILM, settings={"etta": 0}), "unknown setting 'etta'"),
        (changed(FILM, settings={"eta": 10**400}), "eta"),
        (changed(FILM, settings={"guidance": 10**400}), "guidance"),
        (changed(ANSWER, choice=21), "choice must be within 0..20, got 21"),
        (changed(ANSWER, key=5), "key must be text, got 5"),
    ],
)
def test_out_of_range_is_told_in_words(message, says):
    assert says.replace("..", "") in refused_values(message).replace("..", "")


@pytest.mark.parametrize(
    ("message", "says"), [(FILM | {"view": "os"}, "'os'"), (FILM | {"view": 3}, "3"), (FILM | {"values": [1]}, "list")]
)
def test_a_view_must_be_known_and_its_values_an_object(message, says):
    error = refused(message)
    assert (error.code, error.id) == ("bad-settings", 1)
    assert says in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "nonsense", "[]", "3", "null", '"film"', "[" * 4096, '{"a":' * 600 + "1" + "}" * 600,
        '{"stop": true, "id": NaN}', '{"stop": true, "id": Infinity}', '{"stop": true, "id": -Infinity}',
        '{"id": 1, "view": "film", "values": {"settings": {"eta": NaN}, "draft": true, "focus": 0}}',
        '{"stop": "\\ud800", "id": 1}', "\x00", '{"stop": {"a": []}, "id": 1}', '{"stop": 1, "id": 1}',
    ],
)  # fmt: skip
def test_what_is_no_message(text):
    assert refused(text).code == "bad-message"


def test_an_infinity_in_disguise():
    text = '{"id": 1, "view": "film", "values": {"settings": {"eta": 1e999}, "draft": true, "focus": 0}}'
    with pytest.raises(ValueError, match="finite"):
        begun(text)


def test_a_long_text_is_refused_unread():
    assert refused(" " * (TEXT_MAX + 1)).code == "too-large"
    assert refused("[" * 1_000_000).code == "too-large"
    padded = json.dumps(STOP) + " " * (TEXT_MAX - len(json.dumps(STOP)))
    assert parse(padded) == Stop(4)


def outcome(text):
    """What a message begins, or None where it is refused in words; any other exception goes through."""
    try:
        return begun(text)
    except BadMessageError as caught:
        refusal = caught
    except (TypeError, ValueError) as caught:
        refusal = BadMessageError("bad-settings", str(caught))
    assert refusal.code in ("bad-message", "bad-settings", "too-large")
    json.dumps({"code": refusal.code, "message": str(refusal), "id": refusal.id}).encode()  # it can be sent
    return None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
near_settings = st.dictionaries(st.sampled_from([*Settings().to_dict(), "other"]), anything, max_size=4)


@given(st.text(max_size=200))
def test_any_text(text):
    outcome(text)


@given(st.sampled_from(ALL), st.dictionaries(st.sampled_from([*FILM, "stop"]), anything, max_size=3))
def test_anything_in_the_place_of_a_key(message, other):
    outcome(json.dumps(message | other))


@given(
    st.sampled_from([FILM, STEP]),
    st.dictionaries(st.sampled_from([*FILM["values"], *STEP["values"]]), anything, max_size=3),
)
@example(FILM, {"settings": {"eta": 10**400}})
def test_anything_in_the_place_of_a_value(message, other):
    outcome(json.dumps(changed(message, **other)))


@given(st.sampled_from([FILM, STEP]), near_settings)
def test_anything_in_the_settings(message, settings):
    work = outcome(json.dumps(changed(message, settings=settings)))
    if work is not None:
        assert 0 <= work.settings.eta <= work.settings.eta_end
        assert work.settings.images * work.settings.S <= 16_000


def test_answers_are_packed_as_the_browser_unpacks_them():
    one, other = pack({"type": "frame", "s": "σ"}, b"\x00\xff"), pack({"type": "done"})
    head, rest = np.frombuffer(one[:8], "<u4").tolist()
    assert json.loads(one[8 : 8 + head]) == {"type": "frame", "s": "σ"}
    assert (one[8 + head :], rest) == (b"\x00\xff", 2)
    assert list(unpack(one + other)) == [  # those that travel together
        {"type": "frame", "s": "σ", "pictures": b"\x00\xff"},
        {"type": "done", "pictures": b""},
    ]
    with pytest.raises(ValueError, match="Out of range"):
        pack({"x": float("nan")})
