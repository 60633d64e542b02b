"""The lab's film and step card: curves at once, then frames as they are sampled; a card is made of the walk kept."""

from collections.abc import Iterator
from typing import Any

from ddim_lab import checks
from ddim_lab.lab import shipped
from ddim_lab.lab.fields import anything, checked, whole
from ddim_lab.lab.live import film as films
from ddim_lab.lab.live import network, passes
from ddim_lab.lab.live.frames import frame
from ddim_lab.lab.live.views import Part, Work
from ddim_lab.lab.pages.digits.kept import Kept
from ddim_lab.lab.settings import IMAGES_MAX, Settings, fitted, parsed

PACE, DRAFT_PACE = 0.4, 0.03  # seconds between two sendings: a browser that draws takes the cores from sampling


def film(values: dict[str, Any], kept: Kept) -> Work:
    """`values`: settings, draft, focus. The curves, then frames of all images, or of `focus` alone if it is a draft."""
    settings, draft, focus = checked(values, settings=fitted, draft=checks.flag, focus=whole(0, IMAGES_MAX - 1))
    return Film(settings, draft, min(focus, settings.images - 1), kept)


class Film(Work):
    """A film under way. A draft begins with two frames: the second is the first that eta changes.

    While others wait for the network too, the image that is looked at is drawn before those beside it.
    """

    def __init__(self, settings: Settings, draft: bool, focus: int, kept: Kept):
        self.settings, self.draft, self.focus, self.kept = settings, draft, focus, kept
        self.images = range(focus, focus + 1) if draft else range(settings.images)
        head = {"kind": "curves", "draft": draft, "token": kept.token, **settings.head()}
        curves: Part = ({**head, **films.curves(settings.run)}, b"")
        self.known = [curves]
        if not draft and settings == Settings() and network.is_shipped():  # on screen before torch has loaded
            self.known = [curves, *(self._part(made, 0) for made in shipped.frames())]
        self.at_least = 2 if draft else 1
        self.pace = DRAFT_PACE if draft else PACE
        self.j = 0
        super().__init__(self._frames(), free=False)
        kept.filming = settings, self.images

    def told(self) -> dict[str, Any]:
        """How it went: how far it came, and at which cost."""
        if not self.ended:
            return {"draft": self.draft, "j": self.j}
        engine, turn = network.denoiser().engine, passes.turn.get()
        where = {"device": str(engine.device), "engine": engine.name}
        made = self.settings.calls if turn is None else turn.passes
        return {"draft": self.draft, "j": self.j, "passes": made, "n": len(self.images), **where}

    def close(self) -> None:
        """No card waits for it any more."""
        self.kept.filming = None

    def _frames(self) -> Iterator[Part]:
        turn, groups = passes.turn.get(), [self.images]
        if turn is not None and len(self.images) > 1 and network.denoiser().is_busy:
            looked = range(self.focus, self.focus + 1)
            beside = range(self.focus), range(self.focus + 1, len(self.images))
            groups = [looked, *(images for images in beside if images)]
        for images in groups:
            is_looked = len(groups) > 1 and images is groups[0]
            if turn is not None:
                turn.looked, turn.draft = is_looked, self.draft
            self.pace = DRAFT_PACE if self.draft or is_looked else PACE
            keep = self.kept.begin(self.settings, images, self.focus)
            for made in films.film(self.settings, images[0], len(images), keep):
                self.j = made.j
                self.ended = images is groups[-1] and made.j > self.settings.S
                yield self._part(made, images[0])

    def _part(self, made: films.Frame, first: int) -> Part:
        return frame(made.j, first, {"x_t": made.x_t, "x0": made.x0}, draft=self.draft)


def step(values: dict[str, Any], kept: Kept) -> Work:
    """`values`: settings, image, j. The terms of transition `j` of one image, as it was sampled."""
    settings, image, j = checked(values, settings=parsed, image=anything, j=anything)
    whole(0, settings.images - 1)("image", image)
    return StepCard(settings, image, whole(1, settings.S)("j", j), kept)


class StepCard(Work):
    """A card under way: walked to only where no walk of it is kept, nor one in flight that will come by."""

    def __init__(self, settings: Settings, image: int, j: int, kept: Kept):
        self.settings, self.image, self.j, self.kept = settings, image, j, kept
        self.ended = False
        self.known = self._card()

    @property
    def free(self) -> bool:
        """Whether it is kept by now."""
        return self.kept.holds(self.settings, self.image, self.j)

    def waits(self) -> bool:
        """Whether the film in flight will come by."""
        return not self.ended and not self.free and self.kept.is_filmed(self.settings, self.image)

    def take(self) -> list[Part]:
        """The card, or nothing yet: the walk then went one step further down."""
        card = self._card()
        if not card:
            self.kept.walk_on(self.settings, self.image)
            card = self._card()
        return card

    def _card(self) -> list[Part]:
        record = self.kept.find(self.settings, self.image, self.j)
        self.ended = record is not None
        if record is None:
            return []
        numbers, pictures = films.step_card(self.settings, record, self.j)
        return [({"image": self.image, "j": self.j, **numbers}, pictures)]
