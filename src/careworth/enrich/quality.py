"""How often a yes-or-no label is right, as counts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Quality:
    """How often yes and no were right, as counts, so that any rate and interval can be had."""

    true_yes: int
    false_no: int
    true_no: int
    false_yes: int

    @property
    def sensitivity(self) -> float:
        """Share of the requests that were found."""
        return self.true_yes / (self.true_yes + self.false_no)

    @property
    def specificity(self) -> float:
        """Share of the other messages that were left alone."""
        return self.true_no / (self.true_no + self.false_yes)

    @property
    def macro_f1(self) -> float:
        """Mean of the F1 of yes and of no."""
        wrong = self.false_no + self.false_yes
        yes = 2 * self.true_yes / (2 * self.true_yes + wrong)
        return (yes + 2 * self.true_no / (2 * self.true_no + wrong)) / 2

    @property
    def accuracy(self) -> float:
        right = self.true_yes + self.true_no
        return right / (right + self.false_no + self.false_yes)


def quality_of(truth: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_]) -> Quality:
    """The counts of a yes-or-no label against the truth, both of shape (texts,)."""
    return Quality(
        true_yes=int((truth & said).sum()),
        false_no=int((truth & ~said).sum()),
        true_no=int((~truth & ~said).sum()),
        false_yes=int((~truth & said).sum()),
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """How often a model of requests was right, and on which messages that was seen."""

    quality: Quality
    measured_on: str


SHIPPED = Measured(
    Quality(true_yes=579, false_no=218, true_no=1903, false_yes=300),
    "3,000 public messages to airlines and telecoms, 2015, judged by two people",
)
"""Of the models that come with the package; docs/labels.md has the whole table."""
