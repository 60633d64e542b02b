"""The lab's "as a library makes them": the lists are the libraries' own, and what is said of them is so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddim_lab import spacing, spacing_peers
from ddim_lab.lab.digits import library


def ask(key, **settings):
    ((head, pictures),) = library.library({"settings": settings, "library": key})
    assert pictures == b""
    return head


@pytest.mark.parametrize(
    ("key", "S", "said"),
    [
        ("uniform", 10, ("10 different steps", "starts at t = 901")),
        ("uniform", 300, ("334 steps, not 300",)),
        ("quad", 50, ("of them visited again", "starts at t = 801")),
        ("ddimN", 37, ("no integer stride gives exactly 37 steps of 1000",)),
        ("section counts", 10, ("10 different steps",)),
        ("leading", 10, ("10 different steps", "starts at t = 901")),
        ("trailing", 10, ("the steps of this run",)),
        ("trailing", 61, ("62 steps, not 61", "1 outside 1..1000")),
        ("linspace", 7, ("7 different steps", "but each step goes to t − 142, not to the next one")),
        ("uniform + 1", 1000, ("1 outside 1..1000",)),
    ],
)
def test_known_faults_are_told(key, S, said):
    told = ask(key, S=S)["told"]
    for words in said:
        assert words in told


def visits(key, T, S):
    try:
        return spacing_peers.find(key).visited(T, S)
    except ValueError:  # the source refuses to make a list
        return None


@given(st.sampled_from(library.KEYS), st.integers(1, 300), st.data())
def test_the_ticks_are_the_rules_own_and_a_sound_list_is_a_run(key, T, data):
    S = data.draw(st.integers(1, T))
    head = ask(key, S=S, T=T)
    visited = visits(key, T, S)
    if visited is None:
        assert (head["visited"], head["outside"]) == ([], [])
        assert f"gives exactly {S} steps of {T}" in head["told"]
        return
    assert {*head["visited"], *head["outside"]} == {*visited}
    assert all(1 <= t <= T for t in head["visited"])
    if "different steps" in head["told"] or "the steps of this run" in head["told"]:
        assert spacing.custom(head["visited"], T).size == S
    else:
        assert len(visited) != S or len({*visited}) < S or head["outside"]


def test_what_is_no_rule_is_said():
    with pytest.raises(ValueError, match="library must be one of uniform, quad"):
        ask("numpy")
    with pytest.raises(ValueError, match="the view needs settings, library"):
        library.library({"library": "quad"})
