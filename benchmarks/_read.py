"""The yardstick: DuckDB reads a twcs CSV with types and looks at every column; nothing is kept."""

import sys

import duckdb

COLUMNS = {
    "tweet_id": "BIGINT",
    "author_id": "VARCHAR",
    "inbound": "BOOLEAN",
    "created_at": "TIMESTAMP",
    "text": "VARCHAR",
    "response_tweet_id": "VARCHAR",
    "in_response_to_tweet_id": "BIGINT",
}

print(
    duckdb.execute(
        f"""select count(tweet_id), sum(hash(author_id)), count(inbound), max(created_at), sum(length(text)),
                   count(response_tweet_id), max(in_response_to_tweet_id)
        from read_csv(?, header = true, columns = {COLUMNS!r},
                      timestampformat = '%a %b %d %H:%M:%S +0000 %Y')""",
        [sys.argv[1]],
    ).fetchall()
)
