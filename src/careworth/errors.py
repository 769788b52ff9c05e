"""Everything that can go wrong and be told to a person.

::

    CareworthError             every error below; has a code, a sentence and a hint
    ├── InputError             something the user gave is not right
    │   ├── FormatError        a file is not what it claims to be; nothing was stored
    │   ├── MappingError       a mapping file does not fit the table it maps
    │   ├── CalendarError      a calendar of business hours is not possible
    │   ├── WorthError         figures for the return on service cannot be combined
    │   └── UnknownName        no measure, key, format or item has this name
    ├── StoreError             the facts cannot be read or written
    │   ├── NoFacts            there are no facts where we looked
    │   ├── StoreBusy          another process is writing
    │   └── NoSuchVersion      the facts were never in that version
    ├── EngineError            a query engine is missing, unreachable or refused
    └── ReportError            the report contradicts itself and was not written

A *result* that cannot be given is not an error: it is a value of ``None`` with a reason
(see ``careworth.measures``).
"""


class CareworthError(Exception):
    """An error with a sentence that says what happened and a hint that says how to mend it.

    ``code`` is stable: programs may test for it, sentences may change.
    """

    code = "error"

    def __init__(self, sentence: str, *, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.sentence} {self.hint}".strip()


class InputError(CareworthError):
    code = "input"


class FormatError(InputError):
    code = "format"


class MappingError(InputError):
    code = "mapping"


class CalendarError(InputError):
    code = "calendar"


class WorthError(InputError):
    code = "worth"


class UnknownName(InputError):
    code = "unknown-name"


class StoreError(CareworthError):
    code = "store"


class NoFacts(StoreError):
    code = "no-facts"


class StoreBusy(StoreError):
    code = "store-busy"


class NoSuchVersion(StoreError):
    code = "no-such-version"


class EngineError(CareworthError):
    code = "engine"


class ReportError(CareworthError):
    code = "report"
