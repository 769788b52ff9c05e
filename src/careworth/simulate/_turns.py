"""Plays every leg of the year turn by turn: all legs take their next turn together."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from careworth.simulate._arrivals import NONE, Category
from careworth.simulate._clock import OpenClock, Seconds
from careworth.simulate._ledger import Ledger, Messages
from careworth.simulate._legs import Legs
from careworth.simulate._script import AGENT_ACTS, OUTBOUND, Act, is_one_of, steps
from careworth.simulate._staff import Staff

LONGEST = 12
"""Messages a leg has at most; a greeting counts."""


@dataclass(frozen=True, slots=True)
class _State:
    """Where each leg that still goes on stands."""

    leg: NDArray[np.int64]
    last: NDArray[np.int64]
    """Its last message."""
    sent: Seconds
    act: NDArray[np.int64]
    private: NDArray[np.bool_]
    agent: NDArray[np.int64]
    length: NDArray[np.int64]

    def where(self, keep: NDArray[np.bool_]) -> "_State":
        return _State(
            self.leg[keep],
            self.last[keep],
            self.sent[keep],
            self.act[keep],
            self.private[keep],
            self.agent[keep],
            self.length[keep],
        )


def play(legs: Legs, staff: Staff, waking: OpenClock, dice: Generator) -> Messages:
    """The messages of all legs; message ``i`` opens leg ``i`` for every leg."""
    ledger = Ledger()
    direct = np.array([channel.direct for channel in staff.company.channels])[legs.channel]
    nobody = np.full(len(legs), NONE)
    # the numbers of the first five acts are those of the categories
    opened = Messages(np.arange(len(legs)), legs.parent, legs.started, legs.category, nobody, direct)
    last = ledger.add(opened)
    length = np.ones(len(legs), dtype=np.int64)
    answered = dice.random(len(legs)) < staff.answer_chance(legs)
    first = staff.first_answers(legs, dice)
    length += _greet(ledger, opened, legs, staff, dice)
    opening = _State(np.arange(len(legs)), last, legs.started, legs.category, direct, nobody, length)
    _nudge(ledger, opening.where(~answered & _asks(legs)), staff, waking, dice)
    detailed = _add_detail(ledger, opening, first, answered & _asks(legs), staff, dice)
    state = _answer(ledger, detailed.where(answered), first[answered], staff, dice)
    while len(state.leg):
        state = _turn(ledger, state, staff, waking, dice)
    return ledger.messages()


def _asks(legs: Legs) -> NDArray[np.bool_]:
    return np.asarray(legs.category == Category.REQUEST)


def _say(ledger: Ledger, state: _State, act: NDArray[np.int64], sent: Seconds) -> _State:
    """Write one message of every leg down, in reply to its last one."""
    private = state.private | (act == Act.PRIVATE_INFO)
    agent = np.where(is_one_of(act, AGENT_ACTS), state.agent, NONE)
    last = ledger.add(Messages(state.leg, state.last, sent, act, agent, private))
    return replace(state, last=last, sent=sent, act=act, private=private, length=state.length + 1)


def _greet(ledger: Ledger, opened: Messages, legs: Legs, staff: Staff, dice: Generator) -> NDArray[np.bool_]:
    """Automatic greetings within a minute, to requests; returns which legs got one."""
    chance = np.array([channel.greets for channel in staff.company.channels])[legs.channel]
    greeted = _asks(legs) & (dice.random(len(legs)) < chance)
    at = np.flatnonzero(greeted)
    sent = legs.started[at] + dice.integers(5, 60, len(at))
    none, act = np.full(len(at), NONE), np.full(len(at), int(Act.GREETING))
    ledger.add(Messages(at, at, sent, act, none, opened.private[at]))
    return greeted


def _nudge(ledger: Ledger, state: _State, staff: Staff, waking: OpenClock, dice: Generator) -> None:
    """Some of those whom nobody answers ask again, hours later."""
    state = state.where(dice.random(len(state.leg)) < staff.company.nudges)
    lag = dice.integers(3 * 3600, 30 * 3600, len(state.leg))
    _say(ledger, state, np.full(len(state.leg), int(Act.NUDGE)), waking.after(state.sent, lag))


def _add_detail(
    ledger: Ledger, state: _State, first: Seconds, may: NDArray[np.bool_], staff: Staff, dice: Generator
) -> _State:
    """Some add a message before the answer, within three quarters of an hour; all legs come back."""
    adds = may & (dice.random(len(state.leg)) < staff.company.adds_detail)
    some, act = state.where(adds), np.full(int(adds.sum()), int(Act.DETAIL))
    room = np.minimum(first - state.sent, 45 * 60)[adds]
    lag = (room * (0.1 + 0.7 * dice.random(len(room)))).astype(np.int64)
    said = _say(ledger, some, act, some.sent + lag)
    last, sent, length = state.last.copy(), state.sent.copy(), state.length.copy()
    last[adds], sent[adds], length[adds] = said.last, said.sent, said.length
    # the act stays that of the opening: the answer is an answer to the request
    return replace(state, last=last, sent=sent, length=length)


def _answer(ledger: Ledger, state: _State, when: Seconds, staff: Staff, dice: Generator) -> _State:
    """The first message of a person of the brand."""
    agent = staff.choose(when, state.agent, dice)
    return _say(ledger, replace(state, agent=agent), _next_act(state, dice), when)


def _turn(ledger: Ledger, state: _State, staff: Staff, waking: OpenClock, dice: Generator) -> _State:
    """One more message of every leg that goes on."""
    act = _next_act(state, dice)
    goes_on = (act < len(Act)) & (state.length < LONGEST)
    state, act = state.where(goes_on), act[goes_on]
    sent = _when(state, act, staff, waking, dice)
    agent = np.where(
        is_one_of(act, AGENT_ACTS - {Act.CONTINUED}), staff.choose(sent, state.agent, dice), state.agent
    )
    return _say(ledger, replace(state, agent=agent), act, sent)


def _next_act(state: _State, dice: Generator) -> NDArray[np.int64]:
    """The next act of each leg; ``len(Act)`` is silence."""
    chances = np.where(
        state.private[:, None], steps(private=True)[state.act], steps(private=False)[state.act]
    )
    drawn = dice.random(len(state.leg))[:, None]
    return np.asarray(np.minimum((drawn >= chances).sum(axis=1), len(Act)))


def _when(state: _State, act: NDArray[np.int64], staff: Staff, waking: OpenClock, dice: Generator) -> Seconds:
    """Agents answer in open hours, contacts while awake, and a second half follows at once."""
    n, company = len(act), staff.company
    agent_lag = dice.lognormal(np.log(company.next_wait_minutes * 60), 1.0, n)
    contact_lag = dice.lognormal(np.log(company.customer_minutes * 60), 1.3, n)
    by_agent = staff.clock.after(state.sent, np.maximum(agent_lag, 45).astype(np.int64))
    by_contact = waking.after(state.sent, np.maximum(contact_lag, 30).astype(np.int64))
    sent = np.where(is_one_of(act, OUTBOUND), by_agent, by_contact)
    return np.where(act == Act.CONTINUED, state.sent + dice.integers(20, 90, n), sent)
