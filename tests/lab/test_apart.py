"""A process with a deadline: it answers, it says what went wrong, and what takes too long is ended for good."""

import threading
import time

import pytest

from ddim_lab.lab.apart import Apart, EndedError


def test_it_answers_and_stays_warm():
    apart = Apart("operator", 5)
    assert [apart("add", 1, 2), apart("mul", "ab", 3)] == [3, "ababab"]
    process = apart._process
    apart.warm()
    assert apart._process is process
    apart.end()
    assert apart("sub", 5, 3) == 2


@pytest.mark.parametrize("error", [TypeError, ValueError])
def test_errors_come_back_as_what_they_are(error):
    apart = Apart("builtins", 5)
    with pytest.raises(error, match=r"argument|literal"):
        apart("int", [] if error is TypeError else "x")
    with pytest.raises(RuntimeError, match="division"):
        apart("divmod", 1, 0)
    assert apart("abs", -1) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "work", [("pow", 7, 10**9), ("exec", "while True: pass"), ("exec", "__import__('os')._exit(0)")]
)
def test_what_takes_too_long_is_ended_and_the_next_call_is_answered(work):
    """The power holds the interpreter, so that no thread of Python could end it."""
    apart, started = Apart("builtins", 0.3), time.perf_counter()
    with pytest.raises(EndedError, match=r"longer than 0\.3 seconds"):
        apart(*work)
    assert time.perf_counter() - started < 20
    assert apart("abs", -1) == 1


def test_calls_of_several_threads_wait_for_each_other():
    apart, answers = Apart("operator", 5), {}
    threads = [threading.Thread(target=lambda i=i: answers.update({i: apart("mul", i, i)})) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == {i: i * i for i in range(8)}
