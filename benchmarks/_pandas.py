"""A good pandas program that answers one question, first response per brand and day, and keeps nothing.

It answers what the measure answers: how many conversations customers opened, how many of them were answered,
median and 90 % of the wait. A conversation belongs to the account that replied first, else to the one that
the opening addresses: only those texts are looked at. Explicit date format, roots by pointer jumping with
numpy, one groupby. Given a second path, it writes its answer there.
"""

import sys

import numpy as np
import pandas as pd

table = pd.read_csv(
    sys.argv[1],
    usecols=["tweet_id", "author_id", "inbound", "created_at", "text", "in_response_to_tweet_id"],
    dtype={
        "tweet_id": "int64",
        "author_id": "str",
        "inbound": "bool",
        "text": "str",
        "in_response_to_tweet_id": "float64",
    },
)
table["at"] = pd.to_datetime(table.created_at, format="%a %b %d %H:%M:%S +0000 %Y")
place = pd.Series(np.arange(len(table)), index=table.tweet_id)
parent = place.reindex(table.in_response_to_tweet_id).to_numpy()
own = np.arange(len(table))
root = np.where(np.isnan(parent), own, np.nan_to_num(parent)).astype(np.int64)
while not np.array_equal(further := root[root], root):
    root = further
inbound, at = table.inbound.to_numpy(), table["at"].to_numpy()
opening = (root == own) & inbound & table.in_response_to_tweet_id.isna().to_numpy()
answers = np.flatnonzero(~inbound & opening[root] & (at >= at[root]))
answers = answers[np.argsort(at[answers], kind="stable")]


def earliest(rows: np.ndarray) -> np.ndarray:
    """The first of these rows in each thread, by the place of its opening; -1 where there is none."""
    found = np.full(len(table), -1)
    found[root[rows[::-1]]] = rows[::-1]
    return found[opening]


reply, response = earliest(answers), earliest(answers[parent[answers] == root[answers]])
opened = np.flatnonzero(opening)
author = table.author_id.to_numpy()
brand = pd.Series(np.where(reply >= 0, author[reply], None), index=opened, dtype="object")
alone = opened[reply < 0]
accounts = {name.lower(): name for name in table.author_id[~table.inbound].unique()}
mention = table.text.iloc[alone].str.extract(r"(?:^|[^\w@])@(\w+)", expand=False)
brand.loc[alone] = mention.str.lower().map(accounts)
minutes = np.where(response >= 0, (at[response] - at[opened]) / np.timedelta64(1, "m"), np.nan)
found = pd.DataFrame({"brand": brand.to_numpy(), "day": at[opened].astype("M8[D]"), "minutes": minutes})
groups = found.groupby(["brand", "day"], dropna=False).minutes
result = groups.agg(["size", "count"])
result[["median", "p90"]] = groups.quantile([0.5, 0.9]).unstack().to_numpy()
if len(sys.argv) > 2:
    result.reset_index().to_json(sys.argv[2], orient="records", date_format="iso")
print(len(result), int(result["size"].sum()), int(result["count"].sum()), float(result["median"].mean()))
