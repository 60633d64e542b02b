"""The lines under "Code": what is at its default goes unsaid, and each import stands where its name is used."""

import pytest

from ddim_lab.lab import code
from ddim_lab.lab.settings import Settings


def test_a_default_goes_unsaid_and_anything_else_is_said():
    plain, odd = Settings(), Settings(eta=1.0, sigma_hat=True)
    assert code.sampled(plain, **code.stepping(plain)) == "dl.sample(denoiser, x_T, schedule, tau, eta=0.0)"
    assert code.sampled(odd, **code.stepping(odd)).endswith("eta=1.0, sigma_hat=True)")
    clipped = Settings(clip="keep_eps")
    assert code.sampled(clipped, **code.stepping(clipped)).endswith('eta=0.0, clip="keep_eps")')
    assert code.sampled(plain, **code.stepping(Settings(solver="dpmpp_2m"))).endswith('eta=0.0, solver="dpmpp_2m")')
    assert code.bound("model", label=None, guidance=1.0) == "model"
    assert code.bound("model", label=0) == "partial(model, label=0)"  # the digit 0 is a label


@pytest.mark.parametrize(
    ("lines", "imports"),
    [
        (["dl.x"], ["import ddim_lab as dl"]),
        (
            ["partial(dl.x)", "torch.y"],
            ["from functools import partial", "", "import torch", "", "import ddim_lab as dl"],
        ),
        (["from ddim_lab.a import b", "dl.x"], ["import ddim_lab as dl", "from ddim_lab.a import b"]),
    ],
)
def test_imports_are_those_that_are_used(lines, imports):
    body = [line for line in lines if not line.startswith("from")]
    assert code.program(lines) == "\n".join([*imports, "", *body, ""])
    flat = [line for line in imports if line]
    assert code.program(lines, grouped=False) == "\n".join([*flat, "", *body, ""])
