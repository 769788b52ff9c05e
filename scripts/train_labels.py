"""Trains the models that come with the package: src/careworth/enrich/models/labels.npz.

    python scripts/train_labels.py FOLDER_OF_DATA [--without-umsab] [--out FILE]

Reads two sets from the folder, both under licences that allow it (docs/labels.md): ibm-care-dialogues
and the UMSAB part of multilingual-sentiment; and the project's own sentences beside this script. No
text reaches the file of models: only sums of weights in hashed places.
"""

import argparse
import csv
import gzip
import json
import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import own_texts
import scipy
from scipy import sparse
from threadpoolctl import threadpool_limits

from careworth.enrich import _language
from careworth.enrich._fit import Doubles, Flags, Head, features, fit_head, letter_features
from careworth.enrich.train import REQUEST_SHARE, platt

VERSION = "4"
OUT = Path(__file__).parents[1] / "src/careworth/enrich/models/labels.npz"
URGENT_SHARE = 0.09
"""Dangers are rarer than this: an alarm in vain costs a look, one that is missed may cost a life."""
URGENT_FIT_SHARE = 0.2
"""Of the texts that the head of urgency is fitted to; chosen on themes that were left out (dangers.py)."""
CHATTER = 0.1
"""Weight of tweets that are addressed to nobody, as examples of what is not urgent: news of disasters too."""
FOLDS = 4
HELD_OUT = 0.15
SHIFT_SPREAD = 0.7
"""How far apart the biases of languages are taken to lie, in log odds."""
WEAK = 0.55
"""Texts of less weight have labels that are likely rather than known."""
HINDI_UNRELATED = 900
"""Of the Hindi train part of UMSAB these first texts, and all of its validation part, have labels that say
nothing about their texts (docs/labels.md): they teach the language only."""
THANKS = re.compile(
    r"\b(?:thank|thanks|thx|ty|cheers|appreciate|awesome|perfect|great|sorted|solved|works now)\b"
)
TROUBLE = re.compile(
    r"\?|\b(?:but|still|not|no|never|why|how|when|where|again|yet|can't|cannot|won't|doesn't|didn't)\b"
)
HINDI_WORDS = re.compile(
    r"\b(?:hai|hain|ka|ki|ke|ko|se|mein|nahi|nahin|aur|kya|bhi|tha|thi|ho|hi|ye|yeh|wo|woh|kar|karo|kiya|raha|rahi|"
    r"rahe|gaya|mera|meri|mere|aap|tum|hum|hamara|apna|koi|kuch|sab|liye|wala|bhai|ji|na)\b"
)


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    language: str
    kind: str = "-"
    sentiment: str = "-"
    urgent: bool = False
    weight: float = 1.0
    held_out: bool = False
    subject: str = ""
    """What it is about or which company it was written to; empty where that is not known."""
    teaches_language: bool = True


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--without-umsab", action="store_true")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument(
        "--only", choices=QUESTIONS, help="fit this head alone, to see whether it comes out the same"
    )
    given = parser.parse_args()
    texts = [*own(random.Random(1)), *dialogues(given.data)]
    if not given.without_umsab:
        texts += umsab(given.data)
    print(f"{len(texts)} texts, {sum(text.held_out for text in texts)} of them held out")
    # sums of several threads depend on how many there were, in their last bits
    with threadpool_limits(1):
        if given.only:
            save(given.out, texts, {}, meaning=yes_or_no(texts, given.only))
        else:
            meant = meaning(texts)
            known = [text for text in texts if text.subject and text.kind != "-"]
            odds = crossed_odds(texts, known, meant)
            shifts = request_shifts(known, odds)
            bend = request_bend(known, odds, shifts)
            about = {"request_shifts": shifts, "request_bend": bend}
            save(given.out, texts, about, meaning=meant, language=languages(texts))


def own(rng: random.Random) -> Iterable[Text]:
    for language in own_texts.languages():
        for item in own_texts.texts(language, rng):
            held_out = random.Random(f"{language} {item.source}").random() < HELD_OUT and not item.words_only
            yield Text(
                item.text,
                language,
                "-" if language == "ms" else item.kind,
                "-" if language == "ms" else item.sentiment,
                item.topic == "urgent" or (item.words_only and item.group == "urgent"),
                0.6 if item.words_only else 1.0,
                held_out,
                subject_of(item),
            )


def subject_of(item: own_texts.OwnText) -> str:
    """Of noise each sentence is a subject: noise is about anything, and never all of it is new to a model."""
    if item.words_only:
        return ""
    return item.source if item.kind == "noise" else f"{item.topic} {item.theme}"


def dialogues(folder: Path) -> Iterable[Text]:
    """What customers wrote to 24 brands: it asks for service, but for thanks that end a conversation."""
    with gzip.open(folder / "ibm-care-dialogues/dev.json.gz", "rt", encoding="utf-8") as file:
        for number, dialogue in enumerate(json.load(file)):
            company = dialogue["dialogHeader"]["company"]
            messages = [turn["message"] for turn in dialogue["dialogContent"] if "client" in turn]
            for place, message in enumerate(messages):
                kind = "marketing" if place > 0 and only_thanks(message) else "service"
                if message:
                    yield Text(message, "en", kind, weight=0.8, held_out=number % 7 == 0, subject=company)


def only_thanks(message: str) -> bool:
    text = message.lower()
    return bool(THANKS.search(text)) and not TROUBLE.search(text) and len(text.split()) <= 20


def umsab(folder: Path) -> Iterable[Text]:
    """Tweets of eight languages with sentiment. What is not negative is no request; negative ones are
    weak examples of a complaint, which is what most requests are."""
    hindi = 0
    with gzip.open(folder / "multilingual-sentiment/sentiment_train.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["source"] != "UMSAB":
                continue
            held_out = row["split"] == "val"
            hindi += row["lang"] == "hi"
            if row["lang"] == "hi" and (held_out or hindi <= HINDI_UNRELATED):
                yield tweet(row["text"], "hi", held_out)
            else:
                yield tweet(row["text"], row["lang"], held_out, row["sentiment"])


def tweet(text: str, language: str, held_out: bool, sentiment: str = "-") -> Text:
    hindi = language == "hi"
    return Text(
        text,
        "hi-Latn" if hindi else language,
        {"-": "-", "negative": "service"}.get(sentiment, "noise"),
        sentiment,
        weight=0.25 if sentiment == "negative" else 0.5,
        held_out=held_out,
        subject="tweets" if held_out and sentiment in ("neutral", "positive") else "",
        teaches_language=not hindi or len(HINDI_WORDS.findall(text.lower())) >= 2,
    )


@dataclass(frozen=True, slots=True)
class Fitted:
    names: list[str]
    weights: npt.NDArray[np.float32]
    slope: Doubles
    bias: Doubles


def meaning(texts: Sequence[Text]) -> Fitted:
    """request, marketing against noise, urgent; negative, neutral, positive."""
    heads = [yes_or_no(texts, name) for name in QUESTIONS]
    felt = [text for text in texts if text.sentiment != "-"]
    feelings = several(
        features([text.text for text in felt]),
        felt,
        ["negative", "neutral", "positive"],
        lambda text: text.sentiment,
        lambda text: 1.0 if text.weight in (0.25, 0.5) else 0.5 * text.weight,
    )
    parts = [*heads, feelings]
    return Fitted(
        [name for part in parts for name in part.names],
        np.concatenate([part.weights for part in parts], axis=1),
        np.concatenate([part.slope for part in parts]),
        np.concatenate([part.bias for part in parts]),
    )


@dataclass(frozen=True, slots=True)
class Question:
    """A head that answers yes or no."""

    asked_of: Callable[[Text], bool]
    is_yes: Callable[[Text], bool]
    share: float
    """Of a yes, in the stream that the bias fits."""
    fit_share: float
    """Of a yes, among the texts that the weights are fitted to."""
    weight_of: Callable[[Text], float] = lambda text: text.weight


QUESTIONS = {
    "request": Question(
        lambda text: text.kind != "-", lambda text: text.kind == "service", REQUEST_SHARE, REQUEST_SHARE
    ),
    "marketing": Question(
        lambda text: text.kind not in ("-", "service"), lambda text: text.kind == "marketing", 0.5, 0.5
    ),
    "urgent": Question(
        lambda text: text.kind != "-",
        lambda text: text.urgent,
        URGENT_SHARE,
        URGENT_FIT_SHARE,
        lambda text: text.weight if text.weight > WEAK else CHATTER,
    ),
}


def yes_or_no(texts: Sequence[Text], name: str) -> Fitted:
    """One head; its slope and bias from texts that were held out.

    Weak labels help to learn, but they are no truth to be calibrated on. Fit and held-out texts are each
    weighed to the share of yes: a bias found where it is commoner says yes too often.
    """
    question = QUESTIONS[name]
    asked = [text for text in texts if question.asked_of(text)]
    matrix = features([text.text for text in asked])
    answer = np.array([question.is_yes(text) for text in asked])
    language = np.array([text.language for text in asked])
    weight = np.array([text.weight for text in asked])
    test = np.array([text.held_out for text in asked])
    fit, left = np.flatnonzero(~test), np.flatnonzero(test & (weight > WEAK))
    head = fitted(question, [asked[i] for i in fit], matrix[fit])
    score = matrix[left] @ head.weights + head.bias
    evenly = evened(language[left], answer[left], weight[left], question.share)
    slope, bias = platt(score, answer[left], evenly / evenly.mean())
    print(f"{name}, held out: {len(left)}, right {((slope * score + bias > 0) == answer[left]).mean():.3f}")
    return Fitted([name], head.weights[:, None], np.array([slope]), np.array([slope * head.bias + bias]))


def fitted(question: Question, texts: Sequence[Text], matrix: sparse.csr_array) -> Head:
    answer = np.array([question.is_yes(text) for text in texts])
    language = np.array([text.language for text in texts])
    weight = np.array([question.weight_of(text) for text in texts])
    evenly = evened(language, answer, weight, question.fit_share)
    return fit_head(matrix, answer, importance=evenly, share=question.fit_share, strength=8.0)


def crossed_odds(texts: Sequence[Text], known: Sequence[Text], meant: Fitted) -> Doubles:
    """Log odds of a request by heads that were shown neither the subject of a text nor its company.

    On subjects that it was shown a model is surer and better than it will be in the world.
    """
    subjects = sorted({text.subject for text in known})
    fold = {subject: place % FOLDS for place, subject in enumerate(subjects)}
    question = QUESTIONS["request"]
    asked = [text for text in texts if question.asked_of(text)]
    matrix, of_known = features([text.text for text in asked]), features([text.text for text in known])
    score = np.zeros(len(known))
    for number in range(FOLDS):
        rest = [i for i, text in enumerate(asked) if not text.held_out and fold.get(text.subject) != number]
        here = np.flatnonzero([fold[text.subject] == number for text in known])
        head = fitted(question, [asked[i] for i in rest], matrix[np.array(rest)])
        score[here] = of_known[here] @ head.weights
    odds: Doubles = meant.slope[0] * score + meant.bias[0]
    return odds


def request_shifts(known: Sequence[Text], odds: Doubles) -> dict[str, float]:
    """What to add to the log odds of a request in each language.

    One bias for all finds too many requests in the languages with the liveliest texts and too few in the
    others. Texts of one sentence resemble each other, so each counts for a fifth, against a prior around 0.
    """
    answer, code, weight = weighed(known)
    shifts = {}
    for name in sorted(set(code)):
        here = code == name
        shifts[str(name)] = round(one_shift(odds[here], answer[here], weight[here]), 2)
    print("shifts of the request:", shifts)
    return shifts


def one_shift(score: Doubles, answer: Flags, weight: Doubles) -> float:
    """The likeliest shift under a normal prior around 0, by Newton's method."""
    shift = 0.0
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(score + shift)))
        slope = weight @ (chance - answer) + shift / SHIFT_SPREAD**2
        shift -= float(slope / (weight @ (chance * (1 - chance)) + 1 / SHIFT_SPREAD**2))
    return shift


def request_bend(known: Sequence[Text], odds: Doubles, shifts: dict[str, float]) -> list[float]:
    """The likeliest slopes of the log odds below and above even odds (see ``Models.bend``)."""
    answer, code, weight = weighed(known)
    shifted = odds + np.array([shifts[name] for name in code])
    sides = ((shifted < 0), (shifted >= 0))
    slopes = [round(likeliest_slope(shifted[side], answer[side], weight[side]), 2) for side in sides]
    print("bend of the request:", slopes)
    return slopes


def likeliest_slope(odds: Doubles, answer: Flags, weight: Doubles) -> float:
    factors = np.geomspace(0.2, 2, 100)
    margins = np.where(answer, 1.0, -1.0) * odds
    return float(min(factors, key=lambda factor: weight @ np.logaddexp(0, -factor * margins)))


def weighed(known: Sequence[Text]) -> tuple[Flags, npt.NDArray[np.str_], Doubles]:
    """Answers, languages, and weights under which each language has the expected share of requests."""
    answer = np.array([text.kind == "service" for text in known])
    code = np.array([text.language.partition("-")[0] for text in known])
    return answer, code, evened(code, answer, np.full(len(known), 0.2), REQUEST_SHARE)


def several(
    matrix: sparse.csr_array,
    texts: Sequence[Text],
    names: list[str],
    name_of: Callable[[Text], str],
    weight_of: Callable[[Text], float],
    across: bool = True,
) -> Fitted:
    """One head a name, and one slope for all heads, from texts that were held out."""
    truth, test = np.array([name_of(text) for text in texts]), np.array([text.held_out for text in texts])
    fit, left = np.flatnonzero(~test), np.flatnonzero(test)
    weights, biases = np.zeros((matrix.shape[1], len(names)), np.float32), np.zeros(len(names))
    base = np.array([weight_of(text) for text in texts])
    groups = [text.language if across else "" for text in texts]
    for i, name in enumerate(names):
        share = 1 / len(names) if across else 0.2
        weight = evened(groups, truth == name, base, share)
        head = fit_head(matrix[fit], truth[fit] == name, importance=weight[fit], share=share, strength=3.0)
        weights[:, i], biases[i] = head.weights, head.bias
    score = matrix[left] @ weights + biases
    index = np.array([names.index(name) for name in truth[left]])
    slope = temperature(score, index)
    print(f"held out: {len(left)}, right {(score.argmax(axis=1) == index).mean():.3f}, slope {slope:.2f}")
    return Fitted(names, weights, np.full(len(names), slope), slope * biases)


def temperature(score: Doubles, truth: npt.NDArray[np.int64]) -> float:
    """The factor of the scores under which the truth is likeliest (Guo et al. 2017)."""
    factors = np.geomspace(0.2, 5, 60)
    chances = []
    for factor in factors:
        scaled = factor * (score - score.max(axis=1, keepdims=True))
        chances.append((scaled[np.arange(len(truth)), truth] - np.log(np.exp(scaled).sum(axis=1))).mean())
    return float(factors[int(np.argmax(chances))])


def evened(
    groups: Sequence[str] | npt.NDArray[np.str_], answer: Flags, weight: Doubles, share: float
) -> Doubles:
    """Weights under which every language has the same share of yes: else a language would be a hint."""
    out, names = weight.astype(np.float64).copy(), np.array(groups)
    for name in set(groups):
        here = names == name
        total = weight[here].sum()
        for side, part in ((answer, share), (~answer, 1 - share)):
            if (here & side).any():
                out[here & side] *= part * total / weight[here & side].sum()
    return out


def languages(texts: Sequence[Text]) -> Fitted:
    """One head a language; all texts of the project teach their language, whatever they are about."""
    teaching = [text for text in texts if text.teaches_language]
    names = sorted({text.language for text in teaching})
    matrix = letter_features([text.text for text in teaching], _language.SIZES)
    return several(matrix, teaching, names, lambda text: text.language, lambda text: 1.0, across=False)


def save(path: Path, texts: Sequence[Text], request: dict[str, object], **parts: Fitted) -> None:
    about = {
        "version": VERSION,
        "texts": len(texts),
        "held_out": sum(text.held_out for text in texts),
        **request,
        "made_with": {"numpy": np.__version__, "scipy": scipy.__version__},
    }
    path.parent.mkdir(exist_ok=True)
    arrays = {"about": np.array(json.dumps(about | {part: fitted.names for part, fitted in parts.items()}))}
    for part, fitted in parts.items():
        arrays[f"{part}_weights"] = fitted.weights.astype(np.float16)
        arrays[f"{part}_slope"] = fitted.slope.astype(np.float32)
        arrays[f"{part}_bias"] = fitted.bias.astype(np.float32)
    np.savez_compressed(path, **arrays)
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
