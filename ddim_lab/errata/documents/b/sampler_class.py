"""Document B's sampler class, rebuilt in our own words and small; each of its faults runs and fails."""

import math
from typing import Any

from ddim_lab import spacing
from ddim_lab.errata import rules, runner
from ddim_lab.errata.case import FULL, Case, Finding, Repair, Suspect, even_steps
from ddim_lab.errata.recipe import Recipe, by_rule, walked
from ddim_lab.errata.rules import DDPM_DIRECTION, NOTHING, ROOT_B, SIGMA
from ddim_lab.errata.walks import down_to_one, ends_at_one

DDPM_MEAN = rules.by_meaning(ROOT_B, DDPM_DIRECTION, NOTHING)
UNLINKED = rules.by_meaning(ROOT_B, DDPM_DIRECTION, SIGMA)  # eta scales the fresh noise alone


def _class_rule(alpha_bar_t: float, alpha_bar_prev: float, at_eta: float) -> rules.Numbers:
    """The DDPM's mean with noise of deviation eta added."""
    k, m, _ = DDPM_MEAN(alpha_bar_t, alpha_bar_prev, at_eta)
    return k, m, at_eta


CLASS = Recipe(by_rule(_class_rule, walk=down_to_one))


def faulty_class(network: Any, betas: Any) -> Any:
    """A torch module that samples as the article's class does: our own, and as short as its faults allow."""
    import torch

    class Chain(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network, self.betas = network, betas  # a plain attribute: no buffer
            self.register_buffer("levels", torch.cumprod(1 - betas, 0))

        def forward(self, x: Any, eta: float = 0.0) -> Any:
            for i in range(len(self.betas) - 1, 0, -1):
                guess = self.network(x, i)
                kept, level = 1 - self.betas[i], self.get_buffer("levels")[i]
                x = (x - (1 - kept) / torch.sqrt(1 - level) * guess) / torch.sqrt(kept)
                if eta > 0:
                    x = x + eta * torch.randn_like(x)
            return x

    return Chain()


def _counted(T: int = 1000) -> list[int]:
    """The indices at which the class calls its network, T = 1000."""
    import torch

    asked: list[int] = []

    def listening(x: Any, i: int) -> Any:
        asked.append(i)
        return torch.zeros_like(x)

    faulty_class(listening, torch.linspace(1e-4, 0.02, T, dtype=torch.float64))(torch.zeros(1, dtype=torch.float64))
    return asked


def _calls() -> Finding:
    n = len(_counted())
    return Finding(
        {"network calls": n}, f"One picture costs {n} network calls; there is no setting for fewer.", n == 999
    )


def _lowest_index() -> Finding:
    lowest = min(_counted())
    left = 1 - float(FULL.alpha_bar[1])
    said = (
        f"The lowest index at which the network is asked is {lowest}; the result still holds the noise of t = 1, "
        f"variance {left:.1e}."
    )
    return Finding({"lowest index": lowest, "noise variance left": left}, said, lowest == 1)


def _mean_only() -> Finding:
    def ends(recipe: Recipe, S: int) -> float:
        return math.sqrt(runner.moments(recipe, FULL, spacing.trailing(FULL.T, S))[-1].variance)

    spread = ends(CLASS, 10)
    spreads = {S: ends(Recipe(by_rule(DDPM_MEAN)), S) for S in (10, 50, 1000)}
    said = (
        f"The results spread by {spread:.4f} where the data spread by 0.5. More steps would not help: "
        f"{spreads[10]:.4f} at S = 10, {spreads[50]:.4f} at S = 50, {spreads[1000]:.4f} at S = 1000."
    )
    flat = max(spreads.values()) - min(spreads.values()) < 1e-9
    return Finding({"std": spread, "std by S": spreads}, said, spread < 0.002 and flat)


def _grows() -> Finding:
    variances = {eta: runner.moments(CLASS, FULL, spacing.trailing(1000, 10), eta)[-1].variance for eta in (0.5, 1.0)}
    said = (
        f"The variance of the results is {variances[0.5]:.2f} at eta = 0.5 and {variances[1.0]:.2f} at eta = 1; "
        "the data's is 0.25."
    )
    return Finding({"variance": variances}, said, min(variances.values()) > 10)


def _embedding() -> Finding:
    """A network that looks its time step up in a table, as most do."""
    import torch

    table = torch.nn.Embedding(10, 4)
    try:
        table(3)  # pyright: ignore[reportArgumentType]
        failed = ""
    except TypeError as error:
        failed = type(error).__name__
    shape = tuple(table(torch.tensor([3])).shape)
    said = (
        f"An embedding asked for the int 3 raises {failed or 'nothing'}; asked for a tensor it gives the shape {shape}."
    )
    return Finding({"error": failed, "shape": shape}, said, failed == "TypeError")


def _buffer() -> Finding:
    import torch

    chain = faulty_class(torch.nn.Identity(), torch.linspace(1e-4, 0.02, 5)).to("meta")
    where = {name: getattr(chain, name).device.type for name in ("levels", "betas")}
    saved = sorted(chain.state_dict())
    said = (
        f"After moving the module, levels lie on “{where['levels']}” and betas on “{where['betas']}”; "
        f"saved are {', '.join(saved)}."
    )
    return Finding({"device": where, "saved": saved}, said, where["betas"] == "cpu" and "betas" not in saved)


def _graph() -> Finding:
    import torch

    network = torch.nn.Linear(1, 1)
    chain = faulty_class(lambda x, i: network(x), torch.linspace(1e-4, 0.02, 20))
    with torch.enable_grad():
        result = chain(torch.zeros(1, 1))
    with torch.no_grad():
        without = chain(torch.zeros(1, 1))
    said = (
        f"The result carries a graph: requires_grad is {result.requires_grad}. All steps' activations stay in memory; "
        f"under no_grad it is {without.requires_grad}."
    )
    holds = result.requires_grad and result.grad_fn is not None and not without.requires_grad
    return Finding({"requires_grad": result.requires_grad, "with no_grad": without.requires_grad}, said, holds)


CASES = (
    Case(
        key="class-mean-only",
        document="B",
        kind="code",
        title="The class at eta = 0 draws one blurred picture",
        claim="With eta = 0 the class is said to be DDIM; it walks the DDPM's mean without noise.",
        misconception="noise-off",
        wrong="x = ddpm_mean(x, eps)",
        right="x = sqrt(b) * x0 + sqrt(1 - b) * eps",
        why="For Gaussian data the noise-free DDPM means telescope to the prediction made from pure noise, for any "
        "number of steps: hardly any spread is left.",
        recipe=CLASS,
        setting=even_steps(eta=0.0, S=50),
        shows="narrower",
        run=_mean_only,
    ),
    Case(
        key="class-unscaled-noise",
        document="B",
        kind="code",
        title="The class adds noise of size eta at every step",
        claim="For eta above 0, eta times standard normal noise is added after each step.",
        misconception="amount",
        wrong="x = x + eta * z",
        right="x = x + eta * sigma_1 * z   # sigma_1 falls to 0 on the way down",
        why="eta is a ratio: it scales σ(1), which fits the step. Unscaled noise adds up over a thousand steps.",
        recipe=CLASS,
        setting=even_steps(eta=1.0, S=50),
        shows="wider",
        run=_grows,
        suspect=Suspect(
            cause="Noise of size eta is added at every step, and every step is visited",
            tell="The ruler shows 999 calls, and the variance grows without end.",
            setting=even_steps(eta=0.5, S=10),
            line="for i in range(T - 1, 0, -1): x = mean(sigma_1) + eta * z",
            repaired="for t, t_prev in transitions(tau): x = mean(eta * sigma_1) + eta * sigma_1 * z",
            others=(
                Repair(
                    "for i in range(T - 1, 0, -1): x = mean(sigma_1) + eta * sigma_1 * z",
                    Recipe(by_rule(UNLINKED, walk=down_to_one)),
                ),
                Repair(
                    "for t, t_prev in transitions(tau): x = mean(sigma_1) + eta * sigma_1 * z",
                    Recipe(by_rule(UNLINKED)),
                ),
            ),
        ),
    ),
    Case(
        key="class-no-skipping",
        document="B",
        kind="code",
        title="The class visits all steps but one",
        claim="DDIM is presented for its speed, and the class counts down from T − 1 one by one.",
        misconception="DDIM is fast by itself, whatever steps it visits",
        wrong="for i in range(T - 1, 0, -1): ...",
        right="for t, t_prev in transitions(tau): ...",
        why="The speed comes from visiting a few steps. A loop over all indices costs as much as the DDPM. Shown here "
        "with the right step at each of them: that ends well, whatever S asks for, but at the price of 999 calls.",
        recipe=walked(down_to_one),
        setting=even_steps(eta=0.0, S=10),
        shows="wider",
        run=_calls,
    ),
    Case(
        key="class-index-zero",
        document="B",
        kind="code",
        title="The class never denoises at index 0",
        claim="Counting an index that starts at 0 down to 1 is taken for the whole chain.",
        misconception="counting down to 1 reaches the data",
        wrong="range(T - 1, 0, -1)   # index 0 is t = 1",
        right="range(T, 0, -1)   # t = T .. 1, and alpha_bar[0] = 1 is the data",
        why="Index 0 of the arrays is t = 1. The last transition, to the data, is never made. Shown here on the steps "
        "asked for: all is right until t = 1, and there the walk ends.",
        recipe=walked(ends_at_one),
        setting=even_steps(eta=0.0, S=50),
        shows="wider",
        run=_lowest_index,
    ),
    Case(
        key="class-int-time",
        document="B",
        kind="code",
        title="The class hands its network a plain int",
        claim="The network is called with the loop's integer.",
        misconception="a time step is just a number to any network",
        wrong="eps = network(x, i)",
        right="eps = network(x, torch.full((len(x),), i))",
        why="A network with an embedding of the time needs a tensor of integers, one for each picture.",
        run=_embedding,
    ),
    Case(
        key="class-no-buffer",
        document="B",
        kind="code",
        title="The class keeps its betas as a plain attribute",
        claim="Some tables are registered as buffers; the betas are not.",
        misconception="a tensor kept by a module moves with the module",
        wrong="self.betas = betas",
        right='self.register_buffer("betas", betas)',
        why="Only parameters and buffers move with a module and are saved with it. On a GPU the betas stay behind.",
        run=_buffer,
    ),
    Case(
        key="class-no-grad",
        document="B",
        kind="code",
        title="The class samples while gradients are recorded",
        claim="The sampling loop runs with no word about gradients.",
        misconception="a sampler does not record gradients unless it is told to",
        wrong="def forward(self, x): ...",
        right="@torch.no_grad()\ndef sample(self, x): ...",
        why="Each of the 999 network calls leaves its activations in memory for a backward pass that never comes.",
        run=_graph,
    ),
)
