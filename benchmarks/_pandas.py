"""A good pandas program that answers one question, first response per brand and day, and keeps nothing.

Explicit date format, categories where they help, roots by pointer jumping with numpy, one groupby.
"""

import sys

import numpy as np
import pandas as pd

table = pd.read_csv(
    sys.argv[1],
    usecols=["tweet_id", "author_id", "inbound", "created_at", "in_response_to_tweet_id"],
    dtype={"tweet_id": "int64", "author_id": "str", "inbound": "bool", "in_response_to_tweet_id": "float64"},
)
table["at"] = pd.to_datetime(table.created_at, format="%a %b %d %H:%M:%S +0000 %Y")
place = pd.Series(np.arange(len(table)), index=table.tweet_id)
parent = place.reindex(table.in_response_to_tweet_id).to_numpy()
own = np.arange(len(table))
root = np.where(np.isnan(parent), own, np.nan_to_num(parent)).astype(np.int64)
while not np.array_equal(further := root[root], root):
    root = further
opening = (root == own) & table.inbound.to_numpy() & table.in_response_to_tweet_id.isna().to_numpy()
answers = table[~table.inbound & opening[root]].assign(root=root[(~table.inbound & opening[root]).to_numpy()])
direct = answers[parent[answers.index] == answers.root].sort_values("at").drop_duplicates("root")
opened = table["at"].to_numpy()[direct.root]
minutes = (direct["at"].to_numpy() - opened) / np.timedelta64(1, "m")
days = pd.Series(opened).dt.floor("D").to_numpy()
found = pd.DataFrame({"brand": direct.author_id.to_numpy(), "day": days, "minutes": minutes})
result = found.groupby(["brand", "day"]).minutes.quantile([0.5, 0.9]).unstack()
print(len(result), len(found), float(result[0.5].mean()))
