"""How many dangers are found whose theme was left out of training whole, and how often in vain.

    python scripts/dangers.py FOLDER_OF_DATA

For each group of themes the head of urgency is fitted without the sentences of the group, in any language,
and asked about them. The heaps of danger words stay out altogether: they have no theme. A danger counts as
found where its score is above that of all but one in a hundred other sentences that were held out.
"""

import random
import sys
from pathlib import Path

import numpy as np
from train_labels import QUESTIONS, Text, fitted, own, umsab

from careworth.enrich._fit import features

GROUPS = (
    ("fire", "gas", "shock"),
    ("product", "food"),
    ("medical", "trapped", "alone"),
    ("power", "flood", "outage"),
    ("fraud", "data"),
    ("law",),
    ("violence", "intruder", "discrimination", "selfharm"),
    ("stranded", "driving"),
)
IN_VAIN = 0.01


def main() -> None:
    question = QUESTIONS["urgent"]
    texts = [text for text in (*own(random.Random(1)), *umsab(Path(sys.argv[1]))) if question.asked_of(text)]
    texts = [text for text in texts if text.subject or not text.urgent]
    matrix, urgent = features([text.text for text in texts]), np.array([text.urgent for text in texts])
    held_out = np.array([text.held_out for text in texts])
    tweets = np.array([text.weight < 0.6 for text in texts])
    print("| left out | sentences | found | of tweets in vain |\n|---|---|---|---|")
    for group in GROUPS:
        asked = np.array([is_of(text, group) for text in texts])
        fit = np.flatnonzero(~asked & ~held_out)
        head = fitted(question, [texts[i] for i in fit], matrix[fit])
        score = matrix @ head.weights
        bar = np.quantile(score[held_out & ~urgent & ~tweets], 1 - IN_VAIN)
        found, in_vain = (score[asked] > bar).mean(), (score[held_out & tweets] > bar).mean()
        print(f"| {', '.join(group)} | {asked.sum()} | {found:.0%} | {in_vain:.1%} |", flush=True)


def is_of(text: Text, group: tuple[str, ...]) -> bool:
    return text.subject in {f"urgent {theme}" for theme in group}


if __name__ == "__main__":
    main()
