"""Measures the shipped labels on real sets and prints the tables of docs/labels.md.

    python scripts/evaluate_labels.py FOLDER_OF_DATA

None of these sets was used to train, but for the train part of UMSAB, which is left out here.
"""

import argparse
import csv
import gzip
import io
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from train_labels import HINDI_WORDS

from careworth.enrich._clean import as_column
from careworth.enrich.correct import corrected_share
from careworth.enrich.labels import SENTIMENTS, Labeller, Labels
from careworth.enrich.moves import agent_signatures, asks_private, sends_elsewhere
from careworth.enrich.quality import quality_of
from careworth.enrich.train import train_request

Row = dict[str, str]
LABELLER = Labeller.load()
FASTTEXT = {"ar": 46.0, "de": 59.6, "en": 50.9, "es": 50.1, "fr": 54.8, "hi": 37.1, "it": 54.7, "pt": 55.1}
"""Macro-F1 published for fastText with UMSAB (Barbieri and others 2022), on its test part."""
REASONS = {
    "Late Flight": "delay",
    "Cancelled Flight": "delay",
    "Lost Luggage": "loss",
    "Damaged Luggage": "loss",
    "Customer Service Issue": "staff",
    "Flight Attendant Complaints": "staff",
    "Flight Booking Problems": "order",
}
TAGS = {
    "AppleSupport": {"Update": "fault", "Battery": "fault", "Unresponsive/Freezing Device": "fault"},
    "SpotifyCares": {"Account": "account", "Billing/Payment": "billing", "App": "fault"},
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    folder = parser.parse_args().data
    own_sentences()
    requests(folder)
    sentiment(folder)
    languages(folder)
    topics(folder)
    moves(folder)
    streams(folder)


def read(path: Path) -> list[Row]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def labelled(rows: Sequence[Row]) -> Labels:
    return LABELLER.label([row["text"] for row in rows])


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    print(f"\n### {title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(f'{cell:.3f}' if isinstance(cell, float) else str(cell) for cell in row)} |")


def own_sentences() -> None:
    with (Path(__file__).parent / "labels_data/check.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    labels = LABELLER.label([row["text"] for row in rows], brands=["Lumora", "Kestrel Air"])
    truth = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    right = {
        name: np.array(getattr(labels, name)) == truth[name] for name in ("language", "kind", "sentiment")
    }
    right["request"] = labels.request == (truth["kind"] == "service")
    right["personal"] = np.array([kinds or "" for kinds in labels.personal.to_pylist()]) == truth["personal"]
    right["brand"] = labels.names_brand == (truth["names_brand"] == "yes")
    urgent, said = truth["urgent"] == "yes", labels.urgent_probability >= 0.5
    lines = []
    for part, language in [
        *((part, "") for part in dict.fromkeys(truth["part"])),
        *(("", name) for name in sorted(set(truth["language"]))),
    ]:
        here = np.isin(truth["part"], [part] if part else truth["part"])
        here &= np.isin(truth["language"], [language] if language else truth["language"])
        found = f"{int((said & urgent & here).sum())} of {int((urgent & here).sum())}"
        counts = [int(column[here].sum()) for column in right.values()]
        lines.append([part or language, int(here.sum()), *counts, found, int((said & ~urgent & here).sum())])
    table("Our own sentences", ["right of", "all", *right, "urgent found", "urgent in error"], lines)


def requests(folder: Path) -> None:
    rows = read(folder / "care-complaint-labels/complaints_set1.csv.gz")
    truth = np.array([row["final_complaint"] == "1" for row in rows])
    labels = labelled(rows)
    industry = np.array([row["industry"] for row in rows])
    quality_table("Request, care-complaint-labels", truth, labels.request, industry)
    quality_table("Tier 1 against final_complaint", truth, labels.tier == 1, industry)
    table("Confusion", ["", "said no", "said yes"], confusion(truth, labels.request, [False, True]))
    calibration("How often it was a complaint, by request_probability", labels.request_probability, truth)
    half = np.arange(len(rows)) % 2 == 0
    known = quality_of(truth[half], labels.request[half])
    share = corrected_share(int(labels.request[~half].sum()), int((~half).sum()), known)
    print(
        f"\ncounted {share.reported:.3f}, corrected {share.value:.3f} [{share.low:.3f}, {share.high:.3f}],",
        end=" ",
    )
    print(f"true {truth[~half].mean():.3f}")
    own_models([row["text"] for row in rows], truth)


def own_models(texts: Sequence[str], truth: npt.NDArray[np.bool_]) -> None:
    lines = []
    for number in (250, 500, 1000, len(texts)):
        chosen = np.random.default_rng(1).permutation(len(texts))[:number]
        _, held_out = train_request([texts[i] for i in chosen], truth[chosen])
        for when, quality in (("before", held_out.before), ("after", held_out.after)):
            lines.append([number, when, quality.macro_f1, quality.sensitivity, quality.specificity])
    table("Own model, 5 folds", ["tagged", "", "macro-F1", "sensitivity", "specificity"], lines)


def quality_table(
    title: str, truth: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_], group: npt.NDArray[np.str_]
) -> None:
    lines = []
    for name in ["all", *sorted(set(group))]:
        here = np.full(len(group), True) if name == "all" else group == name
        q = quality_of(truth[here], said[here])
        lines.append([name, int(here.sum()), q.macro_f1, q.accuracy, q.sensitivity, q.specificity])
    table(title, ["part", "messages", "macro-F1", "accuracy", "sensitivity", "specificity"], lines)


def confusion(
    truth: npt.NDArray[np.generic], said: npt.NDArray[np.generic], names: Sequence[object]
) -> list[list[object]]:
    return [
        [f"is {name}", *(int(((truth == name) & (said == other)).sum()) for other in names)] for name in names
    ]


def calibration(title: str, chance: npt.NDArray[np.float32], truth: npt.NDArray[np.bool_]) -> None:
    edges = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0001]
    lines = []
    for low, high in pairwise(edges):
        here = (chance >= low) & (chance < high)
        if here.any():
            lines.append(
                [
                    f"{low:g} to {min(high, 1):g}",
                    int(here.sum()),
                    float(chance[here].mean()),
                    float(truth[here].mean()),
                ]
            )
    table(title, ["probability", "messages", "said", "was"], lines)


def f1_of(truth: npt.NDArray[np.str_], said: npt.NDArray[np.str_], names: Sequence[str]) -> float:
    each = []
    for name in names:
        right = ((truth == name) & (said == name)).sum()
        each.append(2 * right / max((truth == name).sum() + (said == name).sum(), 1))
    return float(np.mean(each))


def sentiment(folder: Path) -> None:
    rows = read(folder / "airline-sentiment/airline_tweets.csv.gz")
    truth, labels = np.array([row["airline_sentiment"] for row in rows]), labelled(rows)
    said = np.array(labels.sentiment)
    accuracy, f1 = (said == truth).mean(), f1_of(truth, said, SENTIMENTS)
    print(f"\nairline-sentiment: accuracy {accuracy:.3f}, macro-F1 {f1:.3f}")
    table(
        "Sentiment, airline-sentiment",
        ["", *(f"said {name}" for name in SENTIMENTS)],
        confusion(truth, said, SENTIMENTS),
    )
    calibration("How often the sentiment was right", labels.sentiment_probability, said == truth)
    lines = []
    for name, rows in multilingual(folder).items():
        truth, labels = np.array([row["sentiment"] for row in rows]), labelled(rows)
        said, lang = np.array(labels.sentiment), rows[0]["lang"]
        theirs = FASTTEXT.get(lang, "") if name.startswith("UMSAB") else ""
        f1 = round(100 * f1_of(truth, said, sorted(set(truth))), 1)
        lines.append([name, len(rows), f1, theirs, round(100 * float((said == truth).mean()), 1)])
    table("Sentiment by language, macro-F1", ["set", "texts", "ours", "fastText", "accuracy"], lines)
    urdu = [row for row in multilingual(folder)["Urdu corpus ur"] if row["sentiment"] != "neutral"]
    feeling = LABELLER.read(as_column([row["text"] for row in urdu])).sentiment
    right = (feeling[:, 2] > feeling[:, 0]) == np.array([row["sentiment"] == "positive" for row in urdu])
    print(f"\nUrdu, positive against negative only: {right.mean():.3f} of {len(urdu)}")


def multilingual(folder: Path) -> dict[str, list[Row]]:
    """The parts of the set that no model was trained on, in our languages."""
    out: dict[str, list[Row]] = {}
    names = {"UMSAB": "UMSAB", "NusaX": "NusaX", "UrduSentimentCorpus": "Urdu corpus"}
    for row in read(folder / "multilingual-sentiment/sentiment_train.csv.gz"):
        ours = row["lang"] in (*FASTTEXT, "id", "ur")
        if ours and (row["split"] == "val" or row["source"] != "UMSAB"):
            out.setdefault(f"{names[row['source']]} {row['lang']}", []).append(row)
    return dict(sorted(out.items()))


def languages(folder: Path) -> None:
    lines, right, number = [], 0, 0
    chances, hit = [], []
    for name, rows in multilingual(folder).items():
        parts = {name: rows}
        if name.endswith(" hi"):
            many = [len(HINDI_WORDS.findall(row["text"].lower())) for row in rows]
            parts = {
                f"{name}, two or more Hindi words": [
                    row for row, n in zip(rows, many, strict=True) if n >= 2
                ],
                f"{name}, fewer (mostly English)": [row for row, n in zip(rows, many, strict=True) if n < 2],
            }
        for part, some in parts.items():
            labels = labelled(some)
            said, truth = np.array(labels.language), some[0]["lang"]
            hits = int((said == truth).sum())
            others, counts = np.unique(said[said != truth], return_counts=True)
            wrong = ", ".join(f"{others[i]} {counts[i]}" for i in np.argsort(-counts)[:4])
            lines.append([part, len(some), round(100 * hits / len(some), 1), wrong])
            if "fewer" not in part:
                right, number = right + hits, number + len(some)
                chances.append(labels.language_probability)
                hit.append(said == truth)
    table("Language", ["set", "texts", "right, %", "taken for"], lines)
    print(f"\nall but the last Hindi line: {100 * right / number:.1f} % of {number}")
    calibration("How often the language was right", np.concatenate(chances), np.concatenate(hit))


def topics(folder: Path) -> None:
    rows = read(folder / "airline-sentiment/airline_tweets.csv.gz")
    rows = [row for row in rows if row["negativereason"] in REASONS]
    said = labelled(rows).topic.to_pylist()
    lines = []
    for reason, topic in REASONS.items():
        own = [said[i] for i, row in enumerate(rows) if row["negativereason"] == reason]
        wrong = sorted(
            {str(name) for name in own if name != topic},
            key=lambda name: -own.count(None if name == "None" else name),
        )
        lines.append([reason, topic, len(own), own.count(topic) / len(own), ", ".join(wrong[:3])])
    table(
        "Kind of request, airline-sentiment",
        ["reason people gave", "our kind", "messages", "found", "else mostly"],
        lines,
    )
    lines = []
    for company, tags in TAGS.items():
        rows = read(folder / f"care-topic-labels/twcs-{company}-200-inbound.csv")
        said = LABELLER.taxonomy.find(as_column([row["text"] for row in rows]))[0].to_pylist()
        for tag, topic in tags.items():
            own = [said[i] for i, row in enumerate(rows) if float(row[tag] or 0) > 0]
            lines.append([company, tag, topic, len(own), own.count(topic) / max(len(own), 1)])
    table("Kind of request, care-topic-labels", ["company", "tag", "our kind", "messages", "found"], lines)


def moves(folder: Path) -> None:
    lines = []
    tags = {
        "AppleSupport": ["Request DM"],
        "SpotifyCares": ["Request username via DM", "Request email address via DM"],
    }
    for company, names in tags.items():
        rows = read(folder / f"care-topic-labels/twcs-{company}-100-outbound.csv")
        truth = np.array([any(float(row[name] or 0) > 0 for name in names) for row in rows])
        said = asks_private(pa.array([row["text"] for row in rows])).to_numpy(zero_copy_only=False)
        q = quality_of(truth, said)
        lines.append([company, len(rows), q.true_yes / (q.true_yes + q.false_yes), q.sensitivity])
    table("asks_private, care-topic-labels", ["company", "replies", "precision", "recall"], lines)
    rows = read(folder / "twcs-outbound-brands/twcs_outbound.csv.gz")
    lines = []
    for brand in sorted({row["author_id"] for row in rows}):
        texts = pa.array([row["text"] for row in rows if row["author_id"] == brand])
        signed = len(texts) - agent_signatures(texts).null_count
        shares = [signed, asks_private(texts).true_count, sends_elsewhere(texts).true_count]
        lines.append([brand, len(texts), *(float(share / len(texts)) for share in shares)])
    table(
        "Shares of replies, twcs-outbound-brands",
        ["brand", "replies", "signed", "private", "elsewhere"],
        lines,
    )


def streams(folder: Path) -> None:
    rows = read(folder / "twcs-multibrand/twcs_multibrand.csv.gz")
    asked = [row for row in rows if row["inbound"] == "True"]
    parts = {
        "twcs-multibrand, openings": [row for row in asked if not row["in_response_to_tweet_id"]],
        "twcs-multibrand, later messages": [row for row in asked if row["in_response_to_tweet_id"]],
        "hashtag-tweets (teachers talking)": read(folder / "hashtag-tweets/ngss_tweets.csv.gz"),
        "care-complaint-labels": read(folder / "care-complaint-labels/complaints_set1.csv.gz"),
        "airline-sentiment": read(folder / "airline-sentiment/airline_tweets.csv.gz"),
    }
    lines = []
    for name, some in parts.items():
        labels = labelled(some)
        kinds = labels.kind.to_pylist()
        shares = [kinds.count(kind) / len(some) for kind in ("service", "marketing", "noise")]
        alarms = float((labels.urgent_probability >= 0.5).mean())
        lines.append([name, len(some), *shares, float((labels.tier == 1).mean()), alarms])
    table(
        "What the labels say of whole streams",
        ["set", "messages", "service", "marketing", "noise", "tier 1", "urgent"],
        lines,
    )
    texts = as_column([re.sub(r"\s+", " ", row["text"]) for row in asked])
    found = LABELLER.label(texts).personal.drop_null().to_pylist()
    print(f"\npersonal data in {len(found)} of {len(asked)} customers' messages: ", end="")
    print({kind: sum(kind in one for one in found) for kind in ("card", "phone", "email", "address")})


if __name__ == "__main__":
    main()
