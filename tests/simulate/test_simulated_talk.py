"""What is said: sentences for every act, language and topic, and a script that adds up."""

import re
import tomllib
from importlib import resources
from string import Formatter

import numpy as np
import pytest

from careworth.simulate._company import KIRANA, LANGUAGES, TOPICS
from careworth.simulate._ledger import Ledger, Messages
from careworth.simulate._phrases import phrasebooks
from careworth.simulate._script import AGENT_ACTS, OUTBOUND, Act, steps


def templates(act: Act) -> set[str]:
    return {t for book in phrasebooks() for topic in range(-1, len(TOPICS)) for t in book.said[act, topic]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_act_has_words_in_every_language(language: str) -> None:
    book = phrasebooks()[LANGUAGES.index(language)]
    topical = {Act.REQUEST, Act.ANSWER}
    for act in Act:
        for topic in range(-1, len(TOPICS)):
            if topic >= 0 or act not in topical:
                assert book.said[act, topic], (language, act, topic)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slot_is_known(language: str) -> None:
    book = phrasebooks()[LANGUAGES.index(language)]
    used = {
        name
        for said in book.said.values()
        for template in said
        for _, name, _, _ in Formatter().parse(template)
        if name is not None
    }
    assert used <= set(book.slots)


def test_nothing_in_the_files_is_left_unsaid() -> None:
    acts = {act.name.lower().replace("_", "-") for act in Act}
    for language in LANGUAGES:
        text = resources.files("careworth.simulate").joinpath("texts", f"{language}.toml").read_text("utf-8")
        content = tomllib.loads(text)
        assert set(content) == {"slots", "request", "inbound", "answer", "outbound", "mail"}
        assert set(content["inbound"]) | set(content["outbound"]) <= acts
        assert list(content["request"]) == list(content["answer"]) == list(TOPICS)


def test_there_is_enough_to_say() -> None:
    assert len(templates(Act.REQUEST)) >= 60
    outbound = {template for act in OUTBOUND for template in templates(act)}
    assert len(outbound) >= 40


def test_urdu_is_written_from_right_to_left() -> None:
    book = phrasebooks()[LANGUAGES.index("ur")]
    for said in book.said.values():
        assert all(re.search("[\u0600-\u06ff]", template) for template in said)


@pytest.mark.parametrize("private", [True, False])
def test_script_rows_are_chances(private: bool) -> None:
    rows = steps(private)
    assert rows.shape == (len(Act), len(Act) + 1)
    assert np.all(np.diff(rows, axis=1) >= 0)
    assert np.all(rows[:, -1] == 1)
    chances = np.diff(rows, axis=1, prepend=0)
    # after a closing word, and for what only opens or interrupts, there is silence
    for act in (Act.CLOSING, Act.ACCEPT, Act.NOISE, Act.POST, Act.NUDGE, Act.GREETING):
        assert chances[act, -1] == 1
    assert chances[Act.REQUEST, -1] == 0


def test_script_takes_turns() -> None:
    chances = np.diff(steps(private=False), axis=1, prepend=0)
    for act in Act:
        for then in Act:
            if chances[act, then] > 0 and then is not Act.CONTINUED:
                assert (act in AGENT_ACTS) != (then in AGENT_ACTS)


def test_nobody_asks_for_a_private_message_in_private() -> None:
    chances = np.diff(steps(private=True), axis=1, prepend=0)
    assert np.all(chances[:, Act.TO_PRIVATE] == 0)
    public = np.diff(steps(private=False), axis=1, prepend=0)
    both = public[:, Act.ASK] + public[:, Act.TO_PRIVATE]
    assert np.allclose(chances[:, Act.ASK], both)


def test_company_shares_add_up() -> None:
    for shares in (KIRANA.topics, KIRANA.languages, [channel.share for channel in KIRANA.channels]):
        assert sum(shares) == pytest.approx(1)
    assert len(KIRANA.topics) == len(TOPICS)
    assert len({agent.signature for agent in KIRANA.agents}) == 9


def test_ledger_renames_parents() -> None:
    ledger = Ledger()

    def block(parents: list[int], sent: list[int]) -> Messages:
        n = np.zeros(len(sent), dtype=np.int64)
        return Messages(n, np.array(parents), np.array(sent), n, n, n.astype(bool))

    assert ledger.add(block([-1, -1], [5, 1])).tolist() == [0, 1]
    assert ledger.add(block([0, 1, 2], [6, 2, 9])).tolist() == [2, 3, 4]
    kept = ledger.messages().take(np.array([1, 3, 0, 2]))
    assert kept.sent.tolist() == [1, 2, 5, 6]
    assert kept.parent.tolist() == [-1, 0, -1, 2]
