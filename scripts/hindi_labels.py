"""Shows which Hindi labels of UMSAB belong to their texts: why part of them teaches and measures nothing.

    python scripts/hindi_labels.py FOLDER_OF_DATA

Three looks at the same parts: words of plain sentiment against the labels; a model that was never shown the
Hindi of the set; and each half of the sound part predicted by a model that was shown the other half.
"""

import argparse
import csv
import gzip
import random
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits
from train_labels import HINDI_UNRELATED, evened, own, umsab

from careworth.enrich._fit import features, fit_head
from careworth.enrich.labels import SENTIMENTS

GOOD = re.compile(
    r"\b(?:love|nice|good|great|happy|best|awesome|amazing|congrat\w*|thank\w*|superb|achh?a|badhiya|mast|khush|"
    r"pyar|badhai|mubarak|haha\w*|cute|super)\b|:d|<3|:\)"
)
BAD = re.compile(
    r"\b(?:bad|sad|hate|worst|kharab|bura|bakwaa?s|ghatiya|chor|shara?m|lost|fail\w*|dukh|sorry|wrong|problem|"
    r"never|damn|dead|gaddar|rona|jhoot\w*)\b|:\(|:'\("
)
Rows = list[dict[str, str]]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    with threadpool_limits(1):
        report(parser.parse_args().data)


def report(folder: Path) -> None:
    with gzip.open(folder / "multilingual-sentiment/sentiment_train.csv.gz", "rt", encoding="utf-8") as file:
        hindi = [row for row in csv.DictReader(file) if row["source"] == "UMSAB" and row["lang"] == "hi"]
    train = [row for row in hindi if row["split"] == "train"]
    parts = {
        f"train, first {HINDI_UNRELATED}": train[:HINDI_UNRELATED],
        "train, rest": train[HINDI_UNRELATED:],
        "validation": [row for row in hindi if row["split"] == "val"],
    }
    others = Teaching(folder)
    print("part: texts, correlation of plain words with labels, macro-F1 of a model without this Hindi")
    for (name, rows), score in zip(parts.items(), others.macro_f1([], list(parts.values())), strict=True):
        print(f"{name}: {len(rows)}, {agreement(rows):.2f}, {100 * score:.1f}")
    rest = parts["train, rest"]
    one, other = rest[::2], rest[1::2]
    crossed = [
        100 * score for pair in ((one, other), (other, one)) for score in others.macro_f1(pair[0], [pair[1]])
    ]
    print(
        f"train, rest, each half from the other: {np.mean(crossed):.1f} ({crossed[0]:.1f}, {crossed[1]:.1f})"
    )


def agreement(rows: Rows) -> float:
    texts = [row["text"].lower() for row in rows]
    words = [bool(GOOD.search(text)) - bool(BAD.search(text)) for text in texts]
    return float(np.corrcoef(words, [SENTIMENTS.index(row["sentiment"]) for row in rows])[0, 1])


class Teaching:
    """All that teaches sentiment but the Hindi of UMSAB."""

    def __init__(self, folder: Path) -> None:
        texts = [text for text in [*own(random.Random(1)), *umsab(folder)] if text.sentiment != "-"]
        from_set = [text.weight in (0.25, 0.5) for text in texts]
        kept = [i for i, text in enumerate(texts) if not (from_set[i] and text.language == "hi-Latn")]
        self.texts = [texts[i].text for i in kept]
        self.languages = [texts[i].language for i in kept]
        self.truth = [texts[i].sentiment for i in kept]
        self.weights = [1.0 if from_set[i] else 0.5 * texts[i].weight for i in kept]

    def macro_f1(self, shown: Rows, parts: list[Rows]) -> list[float]:
        """Of the sentiment of each part, for a model that was also shown ``shown``."""
        matrix = features([*self.texts, *(row["text"] for row in shown)])
        truth = np.array([*self.truth, *(row["sentiment"] for row in shown)])
        groups = [*self.languages, *("hi-Latn" for _ in shown)]
        weights = np.array([*self.weights, *(1.0 for _ in shown)])
        heads = []
        for name in SENTIMENTS:
            even = evened(groups, truth == name, weights, 1 / 3)
            heads.append(fit_head(matrix, truth == name, importance=even, share=1 / 3, strength=3.0))
        table, bias = (
            np.stack([head.weights for head in heads], axis=1),
            np.array([head.bias for head in heads]),
        )
        out = []
        for rows in parts:
            score = features([row["text"] for row in rows]) @ table + bias
            said = np.array(SENTIMENTS)[score.argmax(axis=1)]
            out.append(f1(np.array([row["sentiment"] for row in rows]), said))
        return out


def f1(truth: npt.NDArray[np.str_], said: npt.NDArray[np.str_]) -> float:
    each = [
        2 * ((truth == name) & (said == name)).sum() / ((truth == name).sum() + (said == name).sum())
        for name in SENTIMENTS
    ]
    return float(np.mean(each))


if __name__ == "__main__":
    main()
