"""Which optimiser moves which weight: AdamW for all, or Muon for the matrices inside the network, AdamW for the rest.

Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon) orthogonalises the momentum of a matrix, so that every
direction it has moves by as much. A convolution is a matrix of output channels x all the rest.
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

OPTIMIZERS = ("adamw", "muon")
OUTSIDE = ("noise_level", "label", "conv_in", "conv_out")  # embeddings, first and last layer: AdamW's under "muon" too


class Optimizer:
    """One step for every weight of `model`: `rates` are the highest learning rates, of AdamW and of Muon."""

    def __init__(self, model: nn.Module, name: str, rates: tuple[float, float], weight_decay: float):
        inner = list(_matrices(model)) if name == "muon" else []
        rest = [p for p in model.parameters() if all(p is not weight for weight in inner)]
        self._parts: list[tuple[float, torch.optim.Optimizer]] = [
            (rates[0], torch.optim.AdamW(rest, rates[0], betas=(0.9, 0.99), weight_decay=weight_decay, fused=True))
        ]
        self._flat = [(weight, nn.Parameter(weight.detach().flatten(1))) for weight in inner]  # views: one storage
        if inner:
            views = [view for _, view in self._flat]
            self._parts.append((rates[1], torch.optim.Muon(views, rates[1], weight_decay=weight_decay)))

    def zero_grad(self) -> None:
        """Forgets the gradients of the step before."""
        for weight, view in self._flat:
            weight.grad = view.grad = None
        for _, part in self._parts:
            part.zero_grad()

    def step(self, share: float) -> None:
        """One step at `share` of the highest rates."""
        for weight, view in self._flat:
            view.grad = None if weight.grad is None else weight.grad.flatten(1)
        for rate, part in self._parts:
            for group in part.param_groups:
                group["lr"] = rate * share
            part.step()

    def state_dict(self) -> list[dict[str, Any]]:
        """What a checkpoint keeps."""
        return [part.state_dict() for _, part in self._parts]

    def load_state_dict(self, saved: list[dict[str, Any]]) -> None:
        """Takes up what `state_dict` gave."""
        for (_, part), state in zip(self._parts, saved, strict=True):
            part.load_state_dict(state)


def _matrices(model: nn.Module) -> Iterable[Tensor]:
    """The weights that Muon may have: matrices and convolutions that are neither embedding, first nor last layer."""
    for name, weight in model.named_parameters():
        if weight.ndim >= 2 and name.split(".")[0] not in OUTSIDE:
            yield weight
