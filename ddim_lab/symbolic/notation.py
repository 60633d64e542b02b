"""The table of symbols: their names here, in the DDIM paper and in diffusers, their meaning, their place in the code.

Data only. The DDIM paper (Song et al., arXiv:2010.02502) writes alpha for our alpha_bar; tau_i and tau_{i-1} are the
step left and the step reached. Names of diffusers are those of DDIMScheduler.step, for k and m of DDPMScheduler.step.
"""

from collections.abc import Iterable
from dataclasses import dataclass

NOTATIONS = ("ours", "paper", "diffusers")


@dataclass(frozen=True)
class Symbol:
    """One symbol. `latex`: by notation (NOTATIONS); `code`: the name or expression it has in this project."""

    name: str
    latex: dict[str, str]
    meaning: str
    code: str
    aliases: tuple[str, ...] = ()


def _symbol(
    name: str, ours: str, paper: str, diffusers: str, meaning: str, code: str, *aliases: str
) -> tuple[str, Symbol]:
    """`diffusers` is LaTeX, or the plain name of a variable."""
    plain = diffusers.replace("_", "").isalnum() and len(diffusers) > 1
    theirs = r"\texttt{" + diffusers.replace("_", r"\_") + "}" if plain else diffusers
    return name, Symbol(name, {"ours": ours, "paper": paper, "diffusers": theirs}, meaning, code, aliases)


SYMBOLS: dict[str, Symbol] = dict((
    _symbol(
        "x_0", "x_0", "x_0", "original_samples", "the clean picture",
        "x_0", "data", "x_start",
    ),
    _symbol(
        "x_t", "x_t", r"x_{\tau_i}", "sample", "the noisy picture the sampler holds at time t",
        "step.x_t", "state", "latent",
    ),
    _symbol(
        "x_prev", r"x_{\text{prev}}", r"x_{\tau_{i-1}}", "prev_sample", "the picture one step later, with less noise",
        "step.x_prev", "x at t - 1 where no step is skipped",
    ),
    _symbol(
        "x0", r"\hat x_0", r"f_\theta^{(\tau_i)}(x_{\tau_i})", "pred_original_sample",
        "the picture the network believes in",
        "step.x0", "predicted x0", "pred_xstart", "denoised observation",
    ),
    _symbol(
        "eps", r"\hat\epsilon", r"\epsilon_\theta^{(\tau_i)}(x_{\tau_i})", "pred_epsilon",
        "the noise the network believes in",
        "step.eps", "predicted noise", "epsilon", "model_output",
    ),
    _symbol(
        "z", "z", r"\epsilon_{\tau_i}", "variance_noise", "fresh noise, drawn anew at each step from N(0, 1)",
        "dl.fresh_noise", "random noise",
    ),
    _symbol(
        "t", "t", r"\tau_i", "timestep", "the time the step leaves; T is pure noise, 0 the clean picture",
        "step.t",
    ),
    _symbol(
        "t_prev", r"t_{\text{prev}}", r"\tau_{i-1}", "prev_timestep", "the time the step reaches",
        "step.t_prev", "t - 1 where no step is skipped",
    ),
    _symbol(
        "alpha_bar_t", r"\bar\alpha_t", r"\alpha_{\tau_i}", "alpha_prod_t",
        "share of the picture's variance left at time t",
        "schedule.alpha_bar[t]", "alpha in the DDIM paper", "a", "alphas_cumprod",
    ),
    _symbol(
        "alpha_bar_prev", r"\bar\alpha_{\text{prev}}", r"\alpha_{\tau_{i-1}}", "alpha_prod_t_prev",
        "share of the picture's variance left after the step",
        "schedule.alpha_bar[t_prev]", "alpha at t - 1 in the DDIM paper", "b",
    ),
    _symbol(
        "k", "k", "k", "pred_original_sample_coeff", "weight of the predicted x0 when a step is grouped by coefficient",
        "dl.coefficients(...).k",
    ),
    _symbol(
        "m", "m", "m", "current_sample_coeff", "weight of x_t when a step is grouped by coefficient",
        "dl.coefficients(...).m",
    ),
    _symbol(
        "sigma", r"\sigma", r"\sigma_{\tau_i}", "std_dev_t", "how strong the fresh noise of this step is",
        "dl.coefficients(...).sigma", "sigma_t",
    ),
    _symbol(
        "put_back", r"\sqrt{1 - \bar\alpha_{\text{prev}} - \sigma^2}",
        r"\sqrt{1 - \alpha_{\tau_{i-1}} - \sigma_{\tau_i}^2}",
        r"\sqrt{1 - \texttt{alpha\_prod\_t\_prev} - \texttt{std\_dev\_t}^2}",
        "how much of the predicted noise is put back", "m * sqrt(1 - alpha_bar_t)", "direction pointing to x_t",
    ),
    _symbol(
        "sigma_bar", r"\bar\sigma_t", r"\sigma(\tau_i)", "sigmas",
        "the noise level: noise over picture, sqrt((1 - alpha_bar_t) / alpha_bar_t)",
        "exact.rules.sigma_bar(alpha_bar_t)", "sigma in EDM",
    ),
    _symbol(
        "eta", r"\eta", r"\eta", "eta", "fresh noise compared with DDPM: 0 is DDIM, 1 is DDPM",
        "eta",
    ),
    _symbol(
        "eta_max", r"\eta_{\max}", r"\eta_{\max}", r"\eta_{\max}",
        "the largest eta of this step: beyond it, fresh noise alone would be more than x_prev may hold",
        "dl.eta_max",
    ),
    _symbol(
        "sigma_hat", r"\hat\sigma", r"\hat\sigma_{\tau_i}", r"\hat\sigma",
        "a second, larger strength of the fresh noise, for eta 1 alone",
        "sigma_hat=True", "fixed_large in diffusers' DDPMScheduler",
    ),
))  # fmt: skip

COLUMNS = ("ours", "ddpm", "paper", "diffusers", "edm")  # of the lessons' table; two of them live here only
HEADINGS = ("here", "DDPM (Ho et al.)", "DDIM paper (Song et al.)", "diffusers", "EDM (Karras et al.)")
NONE = "none"
UNNAMED = {"paper": ("k", "m", "eta_max"), "diffusers": ("eta_max", "sigma_hat")}  # the letters above are ours
DDPM_AND_EDM: dict[
    str, tuple[str, str]
] = {  # EDM (arXiv:2206.00364) divides by sqrt(alpha_bar): its x is our x_t / sqrt(a)
    "t": ("t", "i"),
    "t_prev": ("t-1", "i+1"),
    "alpha_bar_t": (r"\bar\alpha_t", r"1/(1+\sigma_i^2)"),
    "alpha_bar_prev": (r"\bar\alpha_{t-1}", r"1/(1+\sigma_{i+1}^2)"),
    "x_t": (r"\mathbf{x}_t", r"x_i = x_t/\sqrt{\bar\alpha_t}"),
    "x_prev": (r"\mathbf{x}_{t-1}", r"x_{i+1}"),
    "x0": (r"\hat{\mathbf{x}}_0", r"D_\theta(x;\sigma)"),
    "eps": (r"\epsilon_\theta(\mathbf{x}_t, t)", r"(x - D_\theta(x;\sigma))/\sigma"),
    "z": (r"\mathbf{z}", NONE),
    "k": (r"\sqrt{\bar\alpha_{t-1}}\,\beta_t/(1-\bar\alpha_t)", NONE),
    "m": (r"\sqrt{\alpha_t}\,(1-\bar\alpha_{t-1})/(1-\bar\alpha_t)", NONE),
    "sigma": (r"\sigma_t = \tilde\beta_t^{1/2}", NONE),
    "sigma_bar": (NONE, r"\sigma_i"),
    "eta": (r"\text{always } 1", NONE),
    "eta_max": (NONE, NONE),
    "sigma_hat": (r"\sigma_t = \beta_t^{1/2}", NONE),
}
TIME_COUNTS = (  # how each counts time: what it calls the clean picture, and the noisiest
    ("here", "t = 0", "t = T"),
    ("DDPM", "t = 0", "t = T"),
    ("DDIM paper", "t = 0, with α₀ := 1", "t = T, or τ_S where steps are skipped"),
    ("diffusers", "no index (final_alpha_cumprod); its timestep 0 is our t = 1", "timestep T − 1 is our t = T"),
    ("EDM", "i = N, σ = 0", "i = 0, σ = σ_max"),
)

ENDING_WORDS = (
    "Learners trip over one thing more than any other: the DDIM paper writes **$\\alpha$** for what the DDPM paper, "
    "and this lab, call **$\\bar\\alpha$**."
)
MEANINGS_WORDS = "What each of them means here, and where it stands in the code:"
TIME_WORDS = "They do not even count time in the same way. The paper and this lab count from 1, libraries from 0:"
EDM_WORDS = (
    "EDM divides the picture by $\\sqrt{\\bar\\alpha_t}$, and its σ is a noise level, not the fresh noise of a step."
)


def table(names: Iterable[str] = tuple(DDPM_AND_EDM)) -> str:
    """The symbols called `names`, in five notations, as a Markdown table."""
    return _markdown(HEADINGS, (_row(SYMBOLS[name]) for name in names))


def meanings(names: Iterable[str] = tuple(DDPM_AND_EDM)) -> str:
    """What the symbols called `names` mean and where they stand in the code, as a Markdown table."""
    rows = (SYMBOLS[name] for name in names)
    return _markdown(("", "meaning", "in the code"), ((f"${s.latex['ours']}$", s.meaning, f"`{s.code}`") for s in rows))


def with_meanings() -> str:
    """Every symbol with its meaning and in five notations, as one Markdown table, for a page of paper."""
    rows = (_row(symbol) for symbol in map(SYMBOLS.__getitem__, DDPM_AND_EDM))
    meant = (SYMBOLS[name].meaning for name in DDPM_AND_EDM)
    return _markdown(
        (HEADINGS[0], "meaning", *HEADINGS[1:]), ((r[0], m, *r[1:]) for r, m in zip(rows, meant, strict=True))
    )


def ending(*names: str) -> str:
    """The end of every lesson: the symbols `names` (all of the table if none) in five notations, as Markdown.

    Three tables: the names, what they mean here, and how each notation counts time. Raises KeyError for a symbol that
    the table does not hold.
    """
    chosen = names or tuple(DDPM_AND_EDM)
    return "\n\n".join(
        (ENDING_WORDS, table(chosen), MEANINGS_WORDS, meanings(chosen), TIME_WORDS, time_table(), EDM_WORDS)
    )


def time_table() -> str:
    """How each counts time, as a Markdown table."""
    return _markdown(("", "the clean picture", "pure noise"), TIME_COUNTS)


def _row(symbol: Symbol) -> tuple[str, ...]:
    ddpm, edm = DDPM_AND_EDM[symbol.name]
    names = {**symbol.latex, "ddpm": ddpm, "edm": edm}
    names |= {column: NONE for column, unnamed in UNNAMED.items() if symbol.name in unnamed}
    return tuple(_cell(names[column]) for column in COLUMNS)


def _cell(name: str) -> str:
    if name.startswith(r"\texttt{"):  # a variable's name reads best as code
        return f"`{name[8:-1].replace(chr(92), '')}`"
    return "–" if name == NONE else f"${name}$"


def _markdown(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [tuple(headings)]
    lines += [("---",) * len(lines[0]), *map(tuple, rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
