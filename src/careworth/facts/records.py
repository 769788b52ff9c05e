"""The company's records beside the conversations: who its customers are and what they did.

``key``: the columns that name a row. A row with a known key takes the place of the older one where
``renewed`` is true (the books may change), else it is a duplicate. Money is in the company's one currency.
"""

from dataclasses import dataclass

import pyarrow as pa

from careworth.facts._table import MOMENT, Column, Table

RECORDS_FORMAT = "records:"
"""What stands before the name of the table, as the format of a source in the ledger."""


@dataclass(frozen=True, slots=True)
class RecordTable(Table):
    """A table of records. No ``key``: the whole row names itself, or its ``id`` where it has one."""

    key: tuple[str, ...] = ()
    renewed: bool = False

    @property
    def given(self) -> tuple[Column, ...]:
        """The columns that a file can give: all but the number of the batch."""
        return self.columns[:-1]


_CUSTOMER = Column("customer", pa.string(), "the customer's id in the company's books", True)
_AT = Column("at", MOMENT, "when, UTC", True)
_ID = Column("id", pa.string(), "the other system's own id of the row, where it has one")
_BATCH = Column("batch", pa.int64(), "the batch that brought it", True)
_ATTRIBUTED = Column(
    "attributed", pa.string(), "what it is directly attributed to by code or link, for example social"
)


def _table(
    name: str, meaning: str, *columns: Column, key: tuple[str, ...] = (), renewed: bool = False
) -> RecordTable:
    return RecordTable(name, meaning, (*columns, _BATCH), key, renewed)


CUSTOMERS = _table(
    "customers",
    "One row a customer in the company's books.",
    _CUSTOMER,
    Column("joined_at", MOMENT, "when the customer joined, UTC", True),
    Column("left_at", MOMENT, "when the customer left; absent while a customer"),
    Column("margin_month", pa.float64(), "margin a month while a customer, where no margins by month are"),
    Column("plan", pa.string(), "plan or tariff"),
    Column("unit", pa.string(), "business unit"),
    Column("contract", pa.bool_(), "true when leaving is an act; false when customers just stop buying"),
    Column("test", pa.bool_(), "true for accounts that are no customers; they count nowhere"),
    key=("customer",),
    renewed=True,
)
TRAITS = _table(
    "traits",
    "One row a thing that was known of a customer from a moment on.",
    _CUSTOMER,
    Column("name", pa.string(), "what is known, for example age", True),
    Column("known_at", MOMENT, "since when it is known, UTC", True),
    Column("number", pa.float64(), "its value, where it is a number"),
    Column("label", pa.string(), "its value, where it is a word"),
)
MARGINS = _table(
    "margins",
    "One row a customer and month.",
    _CUSTOMER,
    Column("month", MOMENT, "the first day of the month", True),
    Column("margin", pa.float64(), "margin of that month", True),
    key=("customer", "month"),
    renewed=True,
)
IDENTITIES = _table(
    "identities",
    "One row a link between a handle and a customer.",
    Column("channel", pa.string(), "the network", True),
    Column("contact", pa.string(), "the handle or number, as the author of messages", True),
    _CUSTOMER,
    Column("probability", pa.float64(), "how sure the link is, above 0, at most 1", True),
    key=("channel", "contact", "customer"),
    renewed=True,
)
CARE_CONTACTS = _table(
    "care_contacts",
    "One row a contact in another channel: telephone, e-mail, chat, branch, help page.",
    _CUSTOMER,
    Column("channel", pa.string(), "phone, email, chat, branch, help ...", True),
    _AT,
    Column("kind", pa.string(), "kind of request"),
    Column("cost", pa.float64(), "what it cost the company, where that is known"),
    Column("minutes", pa.float64(), "how long an agent was busy with it"),
    Column("solved", pa.bool_(), "whether the request was solved by it"),
    Column("severity", pa.float64(), "how bad the trouble was, in the company's own measure"),
    _ID,
)
PURCHASES = _table(
    "purchases",
    "One row a purchase.",
    _CUSTOMER,
    _AT,
    Column("amount", pa.float64(), "what was paid", True),
    Column("margin", pa.float64(), "of it margin"),
    Column("product", pa.string(), "what was bought"),
    _ATTRIBUTED,
    _ID,
)
SUBSCRIPTIONS = _table(
    "subscriptions",
    "One row a service that a customer has besides the basic one.",
    _CUSTOMER,
    Column("service", pa.string(), "which service", True),
    Column("started_at", MOMENT, "since when, UTC", True),
    Column("ended_at", MOMENT, "until when; absent while it runs"),
    Column("margin_month", pa.float64(), "margin a month"),
    _ATTRIBUTED,
    key=("customer", "service", "started_at"),
    renewed=True,
)
AT_RISK = _table(
    "at_risk",
    "One row a step that can end in leaving.",
    _CUSTOMER,
    _AT,
    Column("kind", pa.string(), "cancel_request, complaint, downgrade", True),
    _ID,
)
TROUBLES = _table(
    "troubles",
    "One row a trouble that another system knows of, whether the customer wrote or not.",
    _CUSTOMER,
    _AT,
    Column("kind", pa.string(), "what kind of trouble", True),
    Column("severity", pa.float64(), "how bad it was, in the company's own measure"),
    _ID,
)
REFERRALS = _table(
    "referrals",
    "One row a customer who was won by another.",
    _CUSTOMER,
    Column("referred", pa.string(), "the new customer's id", True),
    _AT,
    key=("referred",),
)
SURVEYS = _table(
    "surveys",
    "One row an answer to a survey.",
    _CUSTOMER,
    _AT,
    Column("kind", pa.string(), "csat (1 to 5) or nps (0 to 10)", True),
    Column("score", pa.float64(), "the answer", True),
    Column("agent", pa.string(), "the agent who is meant"),
    Column("conversation", pa.string(), "the other system's id of the conversation"),
    Column("test", pa.bool_(), "true for a trial; it counts nowhere"),
    _ID,
)
SHARES = _table(
    "shares",
    "One row a public post of a customer about the company.",
    _CUSTOMER,
    _AT,
    Column("sentiment", pa.int64(), "-1, 0 or 1", True),
    Column("reach", pa.float64(), "how many could see it"),
    _ID,
)
PROCESS_CHANGES = _table(
    "process_changes",
    "One row a change of a process.",
    Column("change", pa.string(), "its id", True),
    _AT,
    Column("kinds", pa.string(), "kinds of request that it should remove, joined by commas", True),
    Column("from_social", pa.bool_(), "whether the social team brought it about", True),
    Column("title", pa.string(), "what was changed"),
    Column("cost", pa.float64(), "what the change cost, once"),
    key=("change",),
    renewed=True,
)

RECORDS: dict[str, RecordTable] = {
    table.name: table
    for table in (
        CUSTOMERS,
        TRAITS,
        MARGINS,
        IDENTITIES,
        CARE_CONTACTS,
        PURCHASES,
        SUBSCRIPTIONS,
        AT_RISK,
        TROUBLES,
        REFERRALS,
        SURVEYS,
        SHARES,
        PROCESS_CHANGES,
    )
}
