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
from scipy import sparse

from careworth.enrich import _language
from careworth.enrich._fit import Doubles, Flags, features, fit_head, letter_features
from careworth.enrich.train import REQUEST_SHARE, platt

VERSION = "2"
OUT = Path(__file__).parents[1] / "src/careworth/enrich/models/labels.npz"
URGENT_SHARE = 0.05
HELD_OUT = 0.15
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
    teaches_language: bool = True


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--without-umsab", action="store_true")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    texts = [*own(random.Random(1)), *dialogues(given.data)]
    if not given.without_umsab:
        texts += umsab(given.data)
    print(f"{len(texts)} texts, {sum(text.held_out for text in texts)} of them held out")
    save(given.out, meaning(texts), languages(texts), texts)


def own(rng: random.Random) -> Iterable[Text]:
    for language in own_texts.languages():
        for item in own_texts.texts(language, rng):
            held_out = random.Random(f"{language} {item.line}").random() < HELD_OUT and not item.words_only
            yield Text(
                item.text,
                language,
                "-" if language == "ms" else item.kind,
                "-" if language == "ms" else item.sentiment,
                item.topic == "urgent" or (item.words_only and item.group == "urgent"),
                0.6 if item.words_only else 1.0,
                held_out,
            )


def dialogues(folder: Path) -> Iterable[Text]:
    """What customers wrote to 24 brands: it asks for service, but for thanks that end a conversation."""
    with gzip.open(folder / "ibm-care-dialogues/dev.json.gz", "rt", encoding="utf-8") as file:
        for number, dialogue in enumerate(json.load(file)):
            messages = [turn["message"] for turn in dialogue["dialogContent"] if "client" in turn]
            for place, message in enumerate(messages):
                kind = "marketing" if place > 0 and only_thanks(message) else "service"
                if message:
                    yield Text(message, "en", kind, weight=0.8, held_out=number % 7 == 0)


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
    matrix = features([text.text for text in texts])
    kind = np.array([text.kind for text in texts])
    weight = np.array([text.weight for text in texts])
    told = kind != "-"
    heads = [
        binary(matrix, texts, told, kind == "service", REQUEST_SHARE),
        binary(matrix, texts, told & (kind != "service"), kind == "marketing", 0.5),
        binary(matrix, texts, told & (weight > 0.5), np.array([text.urgent for text in texts]), URGENT_SHARE),
    ]
    felt = np.flatnonzero([text.sentiment != "-" for text in texts])
    feelings = several(
        matrix[felt],
        [texts[i] for i in felt],
        ["negative", "neutral", "positive"],
        lambda text: text.sentiment,
        lambda text: 1.0 if text.weight in (0.25, 0.5) else 0.5 * text.weight,
    )
    return Fitted(
        ["request", "marketing", "urgent", *feelings.names],
        np.concatenate([np.stack([weights for weights, _, _ in heads], axis=1), feelings.weights], axis=1),
        np.concatenate([[slope for _, slope, _ in heads], feelings.slope]),
        np.concatenate([[bias for _, _, bias in heads], feelings.bias]),
    )


def binary(
    matrix: sparse.csr_array, texts: Sequence[Text], used: Flags, answer: Flags, share: float
) -> tuple[npt.NDArray[np.float32], float, float]:
    """Weights, slope and bias of one yes-or-no head; the last two from texts that were held out.

    Weak labels (weights below 0.6) help to learn, but they are no truth to be calibrated on. Fit and
    held-out texts are each weighed to the share of yes: a bias found where it is commoner says yes too often.
    """
    language = np.array([text.language for text in texts])
    weight = np.array([text.weight for text in texts])
    test = np.array([text.held_out for text in texts])
    fit, left = np.flatnonzero(used & ~test), np.flatnonzero(used & test & (weight > 0.5))
    evenly = evened(language[fit], answer[fit], weight[fit], share)
    head = fit_head(matrix[fit], answer[fit], importance=evenly, share=share)
    score = matrix[left] @ head.weights + head.bias
    evenly = evened(language[left], answer[left], weight[left], share)
    slope, bias = platt(score, answer[left], evenly / evenly.mean())
    print(f"held out: {len(left)}, right {((slope * score + bias > 0) == answer[left]).mean():.3f}")
    return head.weights, slope, slope * head.bias + bias


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


def save(path: Path, meant: Fitted, spoken: Fitted, texts: Sequence[Text]) -> None:
    about = {
        "version": VERSION,
        "meaning": meant.names,
        "language": spoken.names,
        "texts": len(texts),
        "held_out": sum(text.held_out for text in texts),
    }
    path.parent.mkdir(exist_ok=True)
    arrays = {"about": np.array(json.dumps(about))}
    for part, fitted in (("meaning", meant), ("language", spoken)):
        arrays[f"{part}_weights"] = fitted.weights.astype(np.float16)
        arrays[f"{part}_slope"] = fitted.slope.astype(np.float32)
        arrays[f"{part}_bias"] = fitted.bias.astype(np.float32)
    np.savez_compressed(path, **arrays)
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
