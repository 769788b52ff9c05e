"""How a message is written down: by hand and in haste, as a mail, or signed by an agent."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from careworth.simulate._arrivals import NONE, pick
from careworth.simulate._company import Company
from careworth.simulate._contacts import Contacts
from careworth.simulate._ledger import Messages
from careworth.simulate._legs import Legs
from careworth.simulate._phrases import Phrases, phrasebooks
from careworth.simulate._script import AGENT_ACTS, OUTBOUND, Act

_ENDINGS = ("", "!!", " 🙏", " 😕", " 😡")
_MANY = 1 << 16


@dataclass(frozen=True, slots=True)
class _Draws:
    """The chance in every text: what is chosen, and how hastily it is typed; shape (messages,)."""

    template: NDArray[np.int64]
    haste: NDArray[np.float64]
    ending: NDArray[np.int64]
    mentions: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the texts of one year."""

    company: Company
    people: Contacts
    legs: Legs
    language: NDArray[np.int64]
    """Of each leg."""
    slots: NDArray[np.int64]
    """Which word fills each slot, shape (legs, slots): the same throughout a leg."""

    @classmethod
    def of(cls, company: Company, people: Contacts, legs: Legs, dice: Generator) -> "Writer":
        own = pick(np.array(company.languages), len(legs), dice)
        language = np.where(legs.contact == NONE, own, people.language[legs.contact])
        widest = max(len(book.slots) for book in phrasebooks())
        return cls(company, people, legs, language, dice.integers(0, _MANY, (len(legs), widest)))

    def texts(self, messages: Messages, dice: Generator) -> list[str]:
        """The text of every message."""
        n = len(messages)
        draws = _Draws(
            dice.integers(0, _MANY, n),
            dice.random(n),
            np.where(dice.random(n) < 0.15, dice.integers(0, len(_ENDINGS), n), 0),
            dice.random(n) < 0.85,
        )
        return [self._text(messages, draws, row) for row in range(n)]

    def _text(self, messages: Messages, draws: _Draws, row: int) -> str:
        leg, act = int(messages.leg[row]), Act(int(messages.act[row]))
        book = phrasebooks()[int(self.language[leg])]
        templates = book.said[act, int(self.legs.topic[leg])]
        template = templates[int(draws.template[row]) % len(templates)]
        text = template.format_map(self._words(book, leg)) if "{" in template else template
        if act in OUTBOUND:
            return self._from_brand(text, book, messages, row)
        text = _typed(text, float(draws.haste[row]), _ENDINGS[int(draws.ending[row])])
        return self._from_contact(text, book, messages, draws, row)

    def _words(self, book: Phrases, leg: int) -> dict[str, str]:
        return {
            slot: words[drawn % len(words)]
            for (slot, words), drawn in zip(book.slots.items(), self.slots[leg].tolist(), strict=False)
        }

    def _from_contact(self, text: str, book: Phrases, messages: Messages, draws: _Draws, row: int) -> str:
        leg = int(messages.leg[row])
        channel = self.company.channels[int(self.legs.channel[leg])]
        if channel.direct:
            opens = book.mail_opens[leg % len(book.mail_opens)]
            closes = book.mail_closes[leg % len(book.mail_closes)]
            return f"{opens}\n\n{text}\n\n{closes}"
        addressed = draws.mentions[row] and not messages.private[row]
        return f"@kiranacare {text}" if addressed else text

    def _from_brand(self, text: str, book: Phrases, messages: Messages, row: int) -> str:
        leg, agent = int(messages.leg[row]), int(messages.agent[row])
        if Act(int(messages.act[row])) not in AGENT_ACTS:
            return text
        signature = self.company.agents[agent].signature
        channel = self.company.channels[int(self.legs.channel[leg])]
        if channel.direct:
            return f"{text}\n\n{book.mail_sign.format(agent=signature)}"
        signed = f"{text} ^{signature}"
        names = channel.name != "bluesky" and not messages.private[row]
        return f"{self.people.handle(int(self.legs.contact[leg]))} {signed}" if names else signed


def _typed(text: str, haste: float, ending: str) -> str:
    """A third types without capitals or without the last full stop; some end with more than that."""
    if haste < 0.2:
        text = text[:1].lower() + text[1:]
    return (text.removesuffix(".") if ending or 0.2 <= haste < 0.35 else text) + ending
