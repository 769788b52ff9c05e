"""Instagram: comments as Meta delivers them to webhooks. Its private messages are those of ``messenger``.

A comment does not tell when it was written; the delivery tells when it was sent, a moment later.
"""

from datetime import datetime

from careworth.channels._problem import PayloadProblem
from careworth.channels._values import Payload, identity, mapping, optional_identity, optional_text, written
from careworth.terms import IncomingMessage

CHANNEL = "instagram"


def comment(value: Payload, account: str, sent_at: datetime) -> IncomingMessage:
    """A comment on a picture of the company (or a live one); an answer to a comment has it as parent.

    ``account``: the number of the company's account; ``sent_at``: the moment of the delivery.
    """
    external_id = identity(value.get("id"))
    writer = mapping(value.get("from"))
    number = optional_identity(writer.get("id"))
    author = optional_text(writer.get("username")) or number
    if author is None:
        raise PayloadProblem("missing-author", "The comment does not say who wrote it.")
    return IncomingMessage(
        channel=CHANNEL,
        external_id=external_id,
        author=author,
        sent_at=sent_at,
        text=written(value.get("text")),
        inbound=number != account,
        parent_external_id=optional_identity(value.get("parent_id")),
        brand=account,
    )
