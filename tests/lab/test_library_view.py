"""The lab's "as a library makes them": the lists are the libraries' own, and what is said of them is so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddim_lab import spacing
from ddim_lab.errata import spacing_peers
from ddim_lab.lab.pages.digits import library


def ask(key, **settings):
    ((head, pictures),) = library.library({"settings": settings, "library": key})
    assert pictures == b""
    return head


@pytest.mark.parametrize(
    ("key", "S", "said"),
    [
        ("uniform", 10, ("10 different steps", "starts at t = 901")),
        ("uniform", 300, ("334 steps, not 300",)),
        ("quad", 50, ("1 of 50 repeat another", "starts at t = 801")),
        ("ddimN", 37, ("no integer stride gives exactly 37 steps of 1000",)),
        ("section counts", 10, ("10 different steps",)),
        ("leading", 10, ("10 different steps", "starts at t = 901")),
        ("trailing", 10, ("the steps of this run",)),
        ("trailing", 37, ("the steps of this run", "goes to t − 27, which 1 of 37 times is not the next one")),
        ("leading", 1, ("one step", "starts at t = 1")),
        ("trailing", 61, ("62 steps, not 61", "t = 0 is outside 1..1000")),
        ("linspace", 7, ("7 different steps", "every step goes to t − 142, which 6 of 7 times is not the next one")),
        ("uniform + 1", 1000, ("t = 1001 is outside 1..1000",)),
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
    if any(sound in head["told"] for sound in ("different steps", "one step", "the steps of this run")):
        assert spacing.custom(head["visited"], T).size == S
        return
    repeated = len(visited) - len({*visited})
    faults = {f"{len(visited)} steps, not {S}": len(visited) != S, f"{repeated} of {len(visited)} repeat": repeated}
    faults |= {f"t = {t} is outside": True for t in head["outside"]}
    assert any(faults.values())
    assert all((words in head["told"]) == bool(there) for words, there in faults.items())


def test_what_is_no_rule_is_said():
    with pytest.raises(ValueError, match="library must be one of uniform, quad"):
        ask("numpy")
    with pytest.raises(ValueError, match="the view needs settings, library"):
        library.library({"library": "quad"})
