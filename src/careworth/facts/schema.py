"""The facts: a handful of tables, each column with its meaning.

``messages`` only grows. ``conversations`` and ``turns`` are derived from it by SQL (``derive.py``) and can
be thrown away and made again; what small batches touched of them waits in ``recent_conversations`` and
``recent_turns``, and engines show both as one (``_recent.py``). ``batches`` is the ledger: one row per source
of a committed batch, with the versions of all other tables at that moment, so that one number names a
consistent state of all.
The company's own records (customers, purchases ...) are in ``records.py``.
"""

import pyarrow as pa

from careworth.facts._table import MOMENT, Column, Table
from careworth.facts.records import RECORDS

__all__ = [
    "ATTACHMENTS",
    "BATCHES",
    "CONVERSATIONS",
    "DEAD_LETTERS",
    "DELETIONS",
    "MERGES",
    "MESSAGES",
    "MOMENT",
    "REPORTS",
    "TABLES",
    "TURNS",
    "Table",
]

MESSAGES = Table(
    "messages",
    "One row a message, as it was written. Rows are never changed but by erasure.",
    (
        Column("message", pa.int64(), "our number of the message, counted from 1", True),
        Column("conversation", pa.int64(), "our number of the conversation it belongs to", True),
        Column("parent", pa.int64(), "the message it replies to, also when that one was never received"),
        Column("channel", pa.string(), "the network", True),
        Column("external_id", pa.string(), "the network's own id, all digits kept", True),
        Column("parent_external_id", pa.string(), "the network's own id of the message it replies to"),
        Column("thread_hint", pa.string(), "the network's own name of the conversation, where it has one"),
        Column("author", pa.string(), "handle or number of who wrote it", True),
        Column("brand", pa.string(), "outbound: the account that wrote; inbound: the account addressed"),
        Column("agent", pa.string(), "outbound: who signed it, by name or initials"),
        Column("inbound", pa.bool_(), "true when a contact wrote it", True),
        Column("private", pa.bool_(), "true when only the two sides can read it", True),
        Column("automatic", pa.bool_(), "true when a program wrote it", True),
        Column("sent_at", MOMENT, "when it was written, UTC", True),
        Column("text", pa.string(), "the whole text", True),
        Column("language", pa.string(), "language code, where the source names one"),
        Column("tags", pa.string(), "what people tagged it with, joined by commas"),
        Column("handling_seconds", pa.float64(), "seconds an agent spent on it, where that was measured"),
        Column("asks_private", pa.bool_(), "outbound: asks to go on in a private message (rule)", True),
        Column("sends_elsewhere", pa.bool_(), "outbound: sends to phone, e-mail, shop or form (rule)", True),
        Column("batch", pa.int64(), "the batch that brought it", True),
    ),
)

CONVERSATIONS = Table(
    "conversations",
    "One row a conversation, derived from its messages.",
    (
        Column("conversation", pa.int64(), "our number", True),
        Column("channel", pa.string(), "the network", True),
        Column("brand", pa.string(), "the account that answered first, else the one that was addressed"),
        Column("agent", pa.string(), "who gave the first response: signature, else account"),
        Column("contact", pa.string(), "author of the opening message, when a contact opened it"),
        Column("opening", pa.int64(), "the message that opened it; absent when it was never received"),
        Column("opened_at", MOMENT, "when it was opened; absent when the opening was never received"),
        Column("opened_by_customer", pa.bool_(), "whether a contact opened it; absent likewise"),
        Column("opened_in_private", pa.bool_(), "whether only the two sides could read the opening"),
        Column("first_response_at", MOMENT, "earliest message by a person that answers the opening itself"),
        Column("first_reply_at", MOMENT, "earliest message by a person anywhere in it after the opening"),
        Column("first_message_at", MOMENT, "its earliest message", True),
        Column("last_message_at", MOMENT, "its latest message", True),
        Column("last_inbound_at", MOMENT, "its latest message by a contact"),
        Column("last_outbound_at", MOMENT, "its latest message by a person of the brand"),
        Column("messages", pa.int64(), "how many messages", True),
        Column("inbound", pa.int64(), "how many by contacts", True),
        Column("outbound", pa.int64(), "how many by people of the brand", True),
        Column("automatic", pa.int64(), "how many by programs", True),
        Column(
            "moved_private_at", MOMENT, "first time the brand asked to go on in private, or it went on there"
        ),
        Column("sent_elsewhere_at", MOMENT, "first time the brand sent the contact to another channel"),
        Column("handling_seconds", pa.float64(), "sum over its messages, where measured"),
        Column("tagged", pa.bool_(), "whether people tagged any inbound message of it", True),
        Column("tagged_service", pa.bool_(), "whether people tagged it as a request for service", True),
    ),
)

TURNS = Table(
    "turns",
    "One row each time the word passes to a contact and waits for the brand, derived from messages.",
    (
        Column("conversation", pa.int64(), "the conversation", True),
        Column("turn", pa.int64(), "1 for the first wait of the conversation, then 2 ...", True),
        Column("agent", pa.string(), "who answered: signature, else account"),
        Column("message", pa.int64(), "the contact's first message since the brand last wrote", True),
        Column("asked_at", MOMENT, "when that was written", True),
        Column("answered_at", MOMENT, "when a person of the brand next wrote; absent while it waits"),
    ),
)

_MADE_BY = Column("batch", pa.int64(), "the batch that made the row: of several the newest counts", True)

RECENT_CONVERSATIONS = Table(
    "recent_conversations",
    "Conversations that small batches touched; each stands for the row of ``conversations`` with its number.",
    (*CONVERSATIONS.columns, _MADE_BY),
)

RECENT_TURNS = Table(
    "recent_turns",
    "All turns of the conversations in ``recent_conversations``.",
    (*TURNS.columns, _MADE_BY),
)

ATTACHMENTS = Table(
    "attachments",
    "One row a picture, film, sound, file, place or sticker that a message holds beside its words.",
    (
        Column("message", pa.int64(), "the message", True),
        Column("position", pa.int64(), "its place in the message, counted from 0", True),
        Column("kind", pa.string(), "image, video, audio, file, location or sticker", True),
        Column("address", pa.string(), "where it is: a URL, else the network's own name of the file"),
        Column("alt", pa.string(), "words that stand for it: a description, the name of a file or place"),
        Column("batch", pa.int64(), "the batch that brought it", True),
    ),
)

DELETIONS = Table(
    "deletions",
    "One row a message that its network says was taken back. Its text is not kept.",
    (
        Column("channel", pa.string(), "the network", True),
        Column("external_id", pa.string(), "the network's own id of the message", True),
        Column("at", MOMENT, "when it was taken back, UTC, where the network says"),
        Column("message", pa.int64(), "our number of it, where it was stored before the word came"),
        Column("source", pa.string(), "file, member of an archive, or stream that brought the word", True),
        Column("batch", pa.int64(), "the batch that brought the word", True),
    ),
)

DEAD_LETTERS = Table(
    "dead_letters",
    "One row a record that could not become a message; kept whole so that it can be replayed.",
    (
        Column("batch", pa.int64(), "the batch that met it", True),
        Column("source", pa.string(), "file, or member of an archive", True),
        Column("line", pa.int64(), "line where it starts, counted from 1", True),
        Column("reason", pa.string(), "a stable word", True),
        Column("detail", pa.string(), "one sentence, without the text of the message", True),
        Column("format", pa.string(), "the format that read it", True),
        Column("header", pa.binary(), "what must stand before it to be read again", True),
        Column("raw", pa.binary(), "the record as it stood there", True),
    ),
)

MERGES = Table(
    "merges",
    "Conversations that turned out to be one when a late parent arrived.",
    (
        Column("conversation", pa.int64(), "the number that messages were stored with", True),
        Column("into", pa.int64(), "the number of the conversation that it is part of", True),
    ),
)

LABELS = Table(
    "labels",
    "One row a labelled message: what the models read in its text. Probabilities in thousandths.",
    (
        Column("message", pa.int64(), "the message", True),
        Column("version", pa.string(), "name and version of every model that took part", True),
        Column("language", pa.string(), "language code; und where it cannot be told", True),
        Column("language_probability", pa.float64(), "that this is the language", True),
        Column("rtl", pa.bool_(), "whether the text is to be shown from right to left", True),
        Column("kind", pa.string(), "service (asks for it), marketing (talk of the brand) or noise", True),
        Column("kind_probability", pa.float64(), "that this is the kind", True),
        Column("request_probability", pa.float64(), "that it asks for service", True),
        Column("tier", pa.int64(), "1: question, dissatisfaction, urgent need or crisis; 2: the rest", True),
        Column("tier1_probability", pa.float64(), "that it is of tier 1", True),
        Column("urgent_probability", pa.float64(), "that it tells of an urgent need or a crisis", True),
        Column("sentiment", pa.string(), "negative, neutral or positive", True),
        Column("sentiment_probability", pa.float64(), "that this is the sentiment", True),
        Column("topic", pa.string(), "kind of request by the taxonomy; absent where it is no request"),
        Column("topic_probability", pa.float64(), "that this is the kind of request"),
        Column("names_brand", pa.bool_(), "names the brand in words, without its handle", True),
        Column("personal", pa.bool_(), "holds a card, phone, e-mail or postal address (rule)", True),
    ),
)

LABEL_ERRORS = Table(
    "label_errors",
    "One row a version of labels: how its requests compared with what people said of the same messages.",
    (
        Column("version", pa.string(), "as in labels", True),
        Column("measured_on", pa.string(), "which messages people had judged", True),
        Column("true_yes", pa.int64(), "requests that were called requests", True),
        Column("false_no", pa.int64(), "requests that were not", True),
        Column("true_no", pa.int64(), "other messages that were left alone", True),
        Column("false_yes", pa.int64(), "other messages that were called requests", True),
    ),
)

BATCHES = Table(
    "batches",
    "The ledger: one row per source of a batch. received = stored + duplicates + skipped.",
    (
        Column("batch", pa.int64(), "number of the batch, counted from 1", True),
        Column("source", pa.string(), "file, member of an archive, or stream", True),
        Column("format", pa.string(), "the format that read it", True),
        Column("digest", pa.string(), "SHA-256 of the bytes read", True),
        Column("bytes", pa.int64(), "how many bytes, decompressed", True),
        Column("received", pa.int64(), "records in the source", True),
        Column("stored", pa.int64(), "of them new messages, or news of messages that were taken back", True),
        Column("duplicates", pa.int64(), "of them known already", True),
        Column("skipped", pa.string(), "of them not messages: JSON object reason -> count", True),
        Column("replay_of", pa.int64(), "the batch whose dead letters it read again"),
        Column("at", MOMENT, "when the batch was committed", True),
        Column("versions", pa.string(), "JSON object table -> Delta version after this batch", True),
    ),
)

REPORTS = Table(
    "reports",
    "One row a report that was made, so that it can be made again.",
    (
        Column("data_version", pa.int64(), "the version of the facts it was made from", True),
        Column("inputs", pa.string(), "the text of its inputs file, as it was"),
        Column("hours", pa.string(), "the text of its calendar of business hours, as it was"),
        Column("zone", pa.string(), "the zone of its days, where one was named"),
        Column("title", pa.string(), "its title", True),
        Column("notices", pa.string(), "sentences at its top, one a line"),
        Column("digest", pa.string(), "SHA-256 of report.json", True),
        Column("at", MOMENT, "when it was made", True),
    ),
)
"""Not part of a snapshot: reports are made from snapshots."""

REPORT_TEXTS = Table(
    "report_texts",
    "One row a text that a report was made from beside its inputs and its calendar.",
    (
        Column("at", MOMENT, "when the report was made: the ``at`` of its row in ``reports``", True),
        Column("name", pa.string(), "answers (to the maturity index) or plan", True),
        Column("text", pa.string(), "the whole text, as it was", True),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        MESSAGES,
        CONVERSATIONS,
        TURNS,
        RECENT_CONVERSATIONS,
        RECENT_TURNS,
        ATTACHMENTS,
        DELETIONS,
        DEAD_LETTERS,
        MERGES,
        LABELS,
        LABEL_ERRORS,
        *RECORDS.values(),
        BATCHES,
    )
}
