"""Who writes to the company: invented handles, each at home on one channel and in one language."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from careworth.simulate._arrivals import pick
from careworth.simulate._company import Company

_WORDS = (
    "mango", "pebble", "lantern", "otter", "ginger", "cobalt", "meadow", "saffron", "walnut", "drizzle",
    "comet", "papaya", "thimble", "clover", "harbour", "maple", "quartz", "sparrow", "tamarind", "willow",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contacts:
    """The pool of contacts; those of one channel stand side by side."""

    names: tuple[str, ...]
    """Channel names."""
    bounds: NDArray[np.int64]
    """Contacts of channel ``c`` are ``bounds[c]`` to ``bounds[c + 1]``, shape (channels + 1,)."""
    language: NDArray[np.int64]
    """Index into ``LANGUAGES``, shape (contacts,)."""

    def draw(self, channel: NDArray[np.int64], dice: Generator) -> NDArray[np.int64]:
        """One contact of each channel; the square makes a few contacts write often."""
        low, high = self.bounds[channel], self.bounds[channel + 1]
        return low + (dice.random(len(channel)) ** 2 * (high - low)).astype(np.int64)

    def channel_of(self, contacts: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.searchsorted(self.bounds, contacts, side="right") - 1

    def handle(self, contact: int) -> str:
        """The invented name of a contact in the manner of its channel."""
        word = f"sim_{_WORDS[contact * 7 % len(_WORDS)]}_{contact:05d}"
        channel = self.names[int(np.searchsorted(self.bounds, contact, side="right")) - 1]
        match channel:
            case "mastodon":
                return f"@{word}@people.example"
            case "bluesky":
                return f"@{word.replace('_', '-')}.bsky.example"
            case "email":
                return f"{word.replace('_', '.')}@mail.example"
            case _:
                return f"@{word}"


def contacts(company: Company, conversations: int, dice: Generator) -> Contacts:
    """A pool in proportion to the conversations of the year, at least two a channel."""
    size = conversations * company.contacts_per_conversation
    counts = [max(2, round(size * channel.share)) for channel in company.channels]
    bounds = np.concatenate(([0], np.cumsum(counts)))
    language = pick(np.array(company.languages), int(bounds[-1]), dice)
    return Contacts(tuple(channel.name for channel in company.channels), bounds, language)
