"""The socket's schema: a message is exactly what it should be, or a BadMessageError with a code."""

import json

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ddim_lab.lab.live.messages import TEXT_MAX, Answer, BadMessageError, Run, StepCard, Stop, pack, parse
from ddim_lab.lab.settings import Settings
from tests.lab.wire import unpack

RUN = {"type": "run", "id": 1, "settings": {"eta": 0.5}, "draft": True, "focus": 3}
STEP = {"type": "step", "id": 2, "settings": {}, "image": 0, "j": 4}
ANSWER = {"type": "answer", "id": 3, "key": "eta-same", "choice": 1}
STOP = {"type": "stop", "id": 4}
ALL = [RUN, STEP, ANSWER, STOP]


def refused(message) -> BadMessageError:
    with pytest.raises(BadMessageError) as caught:
        parse(message if isinstance(message, str) else json.dumps(message))
    assert str(caught.value)
    return caught.value


def test_good_messages():
    assert parse(json.dumps(RUN)) == Run(1, Settings(eta=0.5), True, 3)
    assert parse(json.dumps(STEP)) == StepCard(2, Settings(), 0, 4)
    assert parse(json.dumps(ANSWER)) == Answer(3, "eta-same", 1)
    assert parse(json.dumps(STOP)) == Stop(4)


def test_a_run_is_fitted_as_a_slider_would():
    message = parse(json.dumps(RUN | {"settings": {"eta": 1.5, "S": 900, "T": 40, "images": 2}, "focus": 60}))
    assert (message.settings.S, message.focus) == (40, 1)
    assert message.settings.eta == message.settings.eta_end


@pytest.mark.parametrize("message", ALL, ids=lambda m: m["type"])
def test_every_key_is_needed_and_no_other_is_known(message):
    for key in message:
        left = {name: value for name, value in message.items() if name != key}
        assert refused(left).code == "bad-message"
    error = refused(message | {"extra": 1})
    assert (error.code, error.id) == ("bad-message", message["id"])
    assert "extra" in str(error)


@pytest.mark.parametrize("message", ALL, ids=lambda m: m["type"])
@pytest.mark.parametrize("value", [None, "text", 1.5, True, -1, [], {}, 10**30])
def test_wrong_types_and_ranges_in_every_place(message, value):
    for key in message:
        error = refused(message | {key: value}) if not _fits(message, key, value) else None
        if error and key not in ("type", "id"):
            assert error.id == message["id"]


def _fits(message, key, value) -> bool:
    return (key, value) in [("draft", True), ("settings", {}), ("key", "text")]


@pytest.mark.parametrize("id", [None, "1", 1.0, True, -1, 2**31, [1]])
def test_a_wrong_id_is_not_echoed(id):
    error = refused(STOP | {"id": id})
    assert (error.code, error.id) == ("bad-message", None)
    assert "id must be" in str(error)


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (STEP | {"j": 0}, r"j must be within 1..10, got 0"),
        (STEP | {"j": 11}, "got 11"),
        (STEP | {"image": 8}, "image must be within 0..7, got 8"),
        (STEP | {"settings": {"eta": 1.4}}, "eta must lie within"),  # a step card asks about a run that exists
        (RUN | {"focus": 64}, "focus must be within 0..63, got 64"),
        (RUN | {"settings": {"S": 1000, "images": 64}}, "images x S must be at most"),
        (RUN | {"settings": {"eta": "x"}}, "eta must be a real number, got 'x'"),
        (RUN | {"settings": {"etta": 0}}, "unknown setting 'etta'"),
        (RUN | {"settings": {"eta": 10**400}}, "eta"),
        (RUN | {"settings": {"guidance": 10**400}}, "guidance"),
        (ANSWER | {"choice": 21}, "choice must be within 0..20, got 21"),
        (ANSWER | {"key": 5}, "key must be text, got 5"),
    ],
)
def test_out_of_range_is_a_setting_error_in_words(message, says):
    error = refused(message)
    assert (error.code, error.id) == ("bad-settings", message["id"])
    assert says.replace("..", "") in str(error).replace("..", "")


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "nonsense", "[]", "3", "null", '"run"', "[" * 4096, '{"a":' * 600 + "1" + "}" * 600,
        '{"type": "stop", "id": NaN}', '{"type": "stop", "id": Infinity}', '{"type": "stop", "id": -Infinity}',
        '{"type": "run", "id": 1, "settings": {"eta": NaN}, "draft": true, "focus": 0}',
        '{"type": "\\ud800", "id": 1}', "\x00", '{"type": {"a": []}, "id": 1}',
    ],
)  # fmt: skip
def test_what_is_no_message(text):
    assert refused(text).code == "bad-message"


def test_an_infinity_in_disguise():
    error = refused('{"type": "run", "id": 1, "settings": {"eta": 1e999}, "draft": true, "focus": 0}')
    assert error.code == "bad-settings"
    assert "finite" in str(error)


def test_a_long_text_is_refused_unread():
    assert refused(" " * (TEXT_MAX + 1)).code == "too-large"
    assert refused("[" * 1_000_000).code == "too-large"
    padded = json.dumps(STOP) + " " * (TEXT_MAX - len(json.dumps(STOP)))
    assert parse(padded) == Stop(4)


def outcome(text):
    """A message, or None for a BadMessageError; any other exception goes through."""
    try:
        message = parse(text)
    except BadMessageError as caught:
        message = caught
    if isinstance(message, Run | StepCard | Answer | Stop):
        return message
    assert message.code in ("bad-message", "bad-settings", "too-large")
    json.dumps({"code": message.code, "message": str(message), "id": message.id}).encode()  # it can be sent
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


@given(st.sampled_from(ALL), st.dictionaries(st.sampled_from([*RUN, *STEP, *ANSWER]), anything, max_size=3))
@example(RUN, {"settings": {"eta": 10**400}})
def test_anything_in_the_place_of_a_value(message, changed):
    outcome(json.dumps(message | changed))


@given(st.sampled_from([RUN, STEP]), near_settings)
def test_anything_in_the_settings(message, settings):
    parsed = outcome(json.dumps(message | {"settings": settings}))
    if parsed is not None:
        assert 0 <= parsed.settings.eta <= parsed.settings.eta_end
        assert parsed.settings.images * parsed.settings.S <= 16_000


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
