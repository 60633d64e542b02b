"""Networks that learners might name with --denoiser: a course's, one that takes labels, and some that fail."""

import torch
from torch import Tensor, nn

import ddim_lab as dl
from tests import oracles


class CourseUNet(nn.Module):
    """One level down and up, a learned vector for each time 0..T - 1: the usual first U-Net of a course."""

    def __init__(self, T: int, width: int = 8):
        super().__init__()
        self.times = nn.Embedding(T, width)
        self.enter, self.down = nn.Conv2d(1, width, 3, padding=1), nn.Conv2d(width, width, 3, 2, 1)
        self.up, self.leave = nn.ConvTranspose2d(width, width, 4, 2, 1), nn.Conv2d(2 * width, 1, 3, padding=1)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        first = torch.relu(self.enter(x) + self.times(t)[:, :, None, None])
        return self.leave(torch.cat([first, torch.relu(self.up(torch.relu(self.down(first))))], 1))


def course_unet(T: int = 100) -> CourseUNet:
    torch.manual_seed(1)
    return CourseUNet(T).eval().requires_grad_(False)


def course():
    """Untrained, and trained for 100 steps: it draws noise."""
    return dl.adapt(course_unet(), schedule=dl.NoiseSchedule.linear(100))


def grey():
    """Knows every noise level and nothing but pictures of one grey, .3 +- .1; no label."""
    return oracles.gaussian_denoiser(0.3, 0.1)


def labelled():
    """Takes a label and a guidance, and needs neither."""
    known = oracles.gaussian_denoiser(0.3, 0.1)
    return lambda x, a, label=None, guidance=1.0: known(x, a)


def narrow():
    """Trained between two ends, on no schedule of the lab."""
    ends = dl.NoiseSchedule([1.0, 0.9, 0.1])
    return dl.adapt(lambda x, level: x, time="log_snr", schedule=ends)


def shaped():
    return lambda x, a: x[:, 0]


def raising():
    return dl.adapt(lambda x, t: x / {}["weights"], schedule=dl.NoiseSchedule.linear())


def nan():
    return lambda x, a: x * float("nan")


def forgetful():
    return None


def broken():
    raise FileNotFoundError("no file weights.pt")
