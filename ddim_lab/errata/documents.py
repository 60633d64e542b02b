"""The five public texts that the catalogue speaks of. Nobody needs them: each case says in our words what they say."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Document:
    """One text. `id` is its letter in the catalogue, `covers` what it explains (most of it rightly)."""

    id: str
    description: str
    covers: str


DOCUMENTS = (
    Document(
        "A",
        "A short tutorial, in Chinese, on DDIM with MNIST: T = 250, sampled in 50 steps, with a link to its code",
        "the non-Markov family and its kernel, x_0 and noise, skipping steps, sigma by matching the DDPM, eta",
    ),
    Document(
        "B",
        "A blog article, in Chinese, that explains DDIM in detail with a PyTorch class and a list of applications",
        "background, the noise schedule, the network, a sampler class, generation, editing, inpainting",
    ),
    Document(
        "C",
        "Study notes, in Chinese: undetermined coefficients, then a sampler class with two spacings",
        "k, m and sigma, the update in three named terms, trajectories, the probability flow both ways",
    ),
    Document(
        "D",
        "The written outline, in Chinese, of a recorded lecture on the DDIM paper and the improved-diffusion code",
        "the loss needs only marginals, the induction proof, J_sigma = L_gamma + C, the implicit model, respacing",
    ),
    Document(
        "E",
        "A review post, in English: undetermined coefficients as a table, the freedom of sigma, subsequences",
        "DDPM recap, the marginal condition as an integral, two choices of variance, tau, eta and S",
    ),
)
HONESTY = (
    "These are public tutorials, named here by a letter. What they say is told in our words, only where it goes wrong; "
    "most of what they explain is right, and each of them helped people to learn DDIM."
)


def document(letter: str) -> Document:
    """The document called `letter`. Raises ValueError, naming those there are."""
    for one in DOCUMENTS:
        if one.id == letter:
            return one
    raise ValueError(f"there is no document {letter!r}; known are {', '.join(one.id for one in DOCUMENTS)}")
