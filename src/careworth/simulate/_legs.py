"""Legs: one contact's part of a conversation. Most conversations have one; a post has one per reply."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from careworth.simulate._arrivals import NONE, Arrivals, Category, pick
from careworth.simulate._clock import OpenClock, Seconds
from careworth.simulate._company import Company
from careworth.simulate._contacts import Contacts


@dataclass(frozen=True, slots=True)
class Legs:
    """One entry a leg. The first ``len(arrivals)`` legs open the conversations, in their order."""

    conversation: NDArray[np.int64]
    started: Seconds
    category: NDArray[np.int64]
    topic: NDArray[np.int64]
    incident: NDArray[np.int64]
    channel: NDArray[np.int64]
    """Index into the company's channels."""
    contact: NDArray[np.int64]
    """``NONE`` where the brand itself opens."""
    parent: NDArray[np.int64]
    """The leg whose opening this one replies to, or ``NONE``."""

    def __len__(self) -> int:
        return len(self.started)


def legs(company: Company, arrived: Arrivals, people: Contacts, waking: OpenClock, dice: Generator) -> Legs:
    """All legs of a year: one per conversation, then the replies to posts."""
    openings = _openings(company, arrived, people, dice)
    replies = _replies(company, openings, people, waking, dice)
    return Legs(
        *(np.concatenate([getattr(openings, f.name), getattr(replies, f.name)]) for f in fields(Legs))
    )


def _openings(company: Company, arrived: Arrivals, people: Contacts, dice: Generator) -> Legs:
    n = len(arrived)
    public = np.array([0.0 if channel.direct else channel.share for channel in company.channels])
    channel = pick(np.array([channel.share for channel in company.channels]), n, dice)
    post = arrived.category == Category.POST
    channel = np.where(post, pick(public, n, dice), channel)
    contact = np.where(post, NONE, people.draw(channel, dice))
    return Legs(
        np.arange(n),
        arrived.started,
        arrived.category,
        arrived.topic,
        arrived.incident,
        channel,
        contact,
        np.full(n, NONE),
    )


def _replies(company: Company, openings: Legs, people: Contacts, waking: OpenClock, dice: Generator) -> Legs:
    """Replies to posts: talk, and under some posts one request for service."""
    posts = np.flatnonzero(openings.category == Category.POST)
    asked = dice.random(len(posts)) < company.requests_per_post
    talk = np.repeat(posts, dice.poisson(company.replies_per_post, len(posts)))
    parent = np.concatenate([talk, posts[asked]])
    asks = np.arange(len(parent)) >= len(talk)
    praises = dice.random(len(parent)) < 0.2
    lag = dice.lognormal(np.log(90 * 60), 1.2, len(parent)).astype(np.int64) + 60
    topic = pick(np.array(company.topics), len(parent), dice)
    channel = openings.channel[parent]
    return Legs(
        openings.conversation[parent],
        waking.after(openings.started[parent], lag),
        np.where(asks, Category.REQUEST, np.where(praises, Category.PRAISE, Category.CHATTER)),
        np.where(asks, topic, NONE),
        np.full(len(parent), NONE),
        channel,
        people.draw(channel, dice),
        parent,
    )
