"""X's filtered stream: posts that match the rules kept at X, one answer of its interface a line."""

from collections.abc import Iterator

from careworth.intake.stream.sources._base import Read
from careworth.intake.stream.sources._http import lines

_PATH = "/2/tweets/search/stream"
_FIELDS = {
    "tweet.fields": "attachments,author_id,conversation_id,created_at,edit_history_tweet_ids,entities,"
    "in_reply_to_user_id,lang,note_tweet,referenced_tweets",
    "expansions": "attachments.media_keys,author_id,in_reply_to_user_id",
    "media.fields": "alt_text,type,url,variants",
    "user.fields": "username",
}
_SILENCE = 60.0
"""X sends an empty line every 20 seconds."""


class XStream:
    """``backfill``: minutes before now to begin with, up to 5, where the contract with X has it.

    X knows no cursor. What comes twice, in a backfill most of all, counts as a duplicate.
    """

    form = "x-v2"

    def __init__(self, base: str, token: str, backfill: int = 0) -> None:
        self._url, self._token = base.rstrip("/") + _PATH, token
        self._parameters = _FIELDS | ({"backfill_minutes": str(backfill)} if backfill else {})

    def read(self, cursor: str | None) -> Iterator[Read]:
        for came in lines(self._url, self._parameters, self._token, silence=_SILENCE):
            yield Read([line for line in came if line.strip()])

    def settled(self, cursor: str | None) -> None:
        """X does not want to know."""
