"""What learners ask once they know the formulas, answered where they ask: in a lesson, and on pages of the app.

An answer is a paragraph and checked sentences. Both faces show the same: `show("faster")` in a lesson, `of_page` in the
app. A mark such as [[4]] in a paragraph names a lesson (`ddim_lab.teaching.lessons`).
"""

from dataclasses import dataclass

from ddim_lab.teaching import lessons
from ddim_lab.teaching.claims import tell
from ddim_lab.teaching.lessons import Place


@dataclass(frozen=True)
class Asked:
    """`place`: the section of the lesson that answers it; `pages`: those of the app that show it too."""

    key: str
    question: str
    answer: str
    claims: tuple[str, ...]
    place: Place
    pages: tuple[str, ...]

    @property
    def sentences(self) -> str:
        """The checked ones, with their numbers computed now."""
        from ddim_lab.teaching import lesson_claims  # with torch, which a page's menu does not wait for

        return tell(lesson_claims.find(key) for key in self.claims)


class Answer:
    """What `show` returns: the paragraph, and the sentences with the answer of a check made now."""

    def __init__(self, asked: Asked):
        from ddim_lab.teaching import lesson_claims

        self.asked, self.checked = asked, lesson_claims.show(*asked.claims)

    def _repr_markdown_(self) -> str:
        return f"{lessons.as_markdown(self.asked.answer)}\n\n{self.checked._repr_markdown_()}"

    def __repr__(self) -> str:
        return f"<Answered: {self.asked.key}. {self.checked!r}>"


ASKED: tuple[Asked, ...] = (
    Asked(
        "faster",
        "Is a step of DDIM faster, or are there fewer?",
        "There are fewer. A step of DDIM asks the network once and does a little arithmetic with the answer, as a step "
        "of the DDPM does. What DDIM brings is that a run may leave out most steps and still end near where all of "
        "them would have ended ([[4#Why skipping is allowed]]). Only guidance and the solver 2S ask twice a step.",
        ("steps-not-faster",),
        Place(4, "Is a step faster, or are there fewer?"),
        ("digits", "compare"),
    ),
    Asked(
        "practice",
        "Which eta and S in practice, and with guidance?",
        "Begin with eta = 0 and 20 to 50 steps, look, and change one thing at a time. At eta 0 the same start gives "
        "the same picture again, and with few steps it loses least ([[10#One step loses variance]]). A larger eta can "
        "pay where a run has many steps and the network errs early: fresh noise then takes the place of the error "
        "([[10#Why a network can reverse the verdict]]). With guidance, image generators keep eta at 0: in diffusers "
        "the Stable Diffusion pipeline begins with eta 0, 50 steps and guidance 7.5. Guidance makes pictures easier to "
        "recognise and more alike, so raise it only as far as the label needs. What is best for your data and network, "
        "only a measurement tells.",
        ("practice-table", "guidance-doubles"),
        Place(11, "Which η and S in practice, and with guidance?"),
        ("digits", "quality", "compare"),
    ),
    Asked(
        "classifier-free",
        "Why is guidance called “classifier-free”, and which w is meant?",
        "The first guidance took a second network: a classifier trained on noisy pictures, whose slope pushed each "
        "step towards the label (Dhariwal & Nichol 2021, arXiv:2105.05233). Ho & Salimans (2022, arXiv:2207.12598) saw "
        "that a network which answers with and without the label holds such a classifier already. By Bayes' rule "
        "log p(label | x_t) is log p(x_t | label) minus log p(x_t), but for a constant, and the slopes of these two "
        "are predicted noises ([[8#Noise and score]]). So no classifier is needed. Mind the w: this lab, Imagen and "
        "diffusers' guidance_scale write ε_none + w (ε_label − ε_none), where 1 is off. Ho & Salimans write "
        "(1 + w) ε_label − w ε_none, where 0 is off.",
        ("classifier-inside", "two-w"),
        Place(1, "Why “classifier-free”, and the other w"),
        ("digits", "encode"),
    ),
    Asked(
        "latents",
        "Latents: is this how Stable Diffusion works?",
        "Yes, with one thing around it. Stable Diffusion (Rombach et al. 2022, arXiv:2112.10752) first trains an "
        "autoencoder, which writes a picture of 3 × 512 × 512 numbers as 4 × 64 × 64 numbers and back. These small "
        "arrays are its latents, and they are what the diffusion takes for x_0: noise is added to them, the network "
        "predicts the noise in them, and DDIM steps through them by the formulas of this lab. At the end the decoder "
        "makes the picture. The label is a text, heard through guidance. Another thing has the same name: a latent of "
        "this lab, or code, is x_T, the noise that a picture comes from ([[8#Upwards: encoding]]).",
        ("latents-are-small", "stable-diffusion-ends-early"),
        Place(11, "Latents: is this how Stable Diffusion works?"),
        ("encode", "digits"),
    ),
)


def find(key: str) -> Asked:
    """The question called `key`. Raises ValueError, naming those there are."""
    for asked in ASKED:
        if asked.key == key:
            return asked
    raise ValueError(f"nothing is asked under {key!r}; known are {', '.join(asked.key for asked in ASKED)}")


def show(key: str) -> Answer:
    """The answer to the question called `key`. In a notebook: the last line of a cell."""
    return Answer(find(key))


def of_page(name: str) -> tuple[Asked, ...]:
    """What the page called `name` answers."""
    return tuple(asked for asked in ASKED if name in asked.pages)
