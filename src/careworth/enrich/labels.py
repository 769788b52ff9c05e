"""Labels for whole batches of texts.

>>> labels = Labeller.load().label(["@acme my internet is down since yesterday, please help!"])
>>> labels.language[0].as_py(), labels.kind[0].as_py(), int(labels.tier[0])
('en', 'service', 1)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from careworth.enrich._brands import mentions_of
from careworth.enrich._clean import as_column, plain
from careworth.enrich._grams import Floats, grams_of, steps, summed
from careworth.enrich._language import Languages, languages_of
from careworth.enrich._model import (
    MARKETING,
    NAME,
    REQUEST,
    URGENT,
    Models,
    shipped_models,
    sigmoid,
    softmax,
)
from careworth.enrich._personal import kinds_of, personal_mask
from careworth.enrich._request import RequestModel
from careworth.enrich._topics import Taxonomy, load_taxonomy

RULES_VERSION = "2"
SENTIMENTS = ("negative", "neutral", "positive")
_SENTIMENT_OF_KIND = np.array([[0.70, 0.25, 0.05], [0.10, 0.45, 0.45], [1 / 3, 1 / 3, 1 / 3]], np.float32)
"""Before reading: how sentiment is shared out among requests, marketing and noise. An assumption."""
_RULE_SURE = {"names_brand": 0.95, "personal": 0.9}
"""How often a yes of these rules was right on the project's own sentences."""


@dataclass(frozen=True, slots=True)
class Labels:
    """One entry a text in every column, in the order of the texts. Probabilities lie in 0 to 1.

    A probability is that of the label beside it, so that 0.95 is sure and 0.5 a coin; but
    ``request_probability``, ``tier1_probability`` and ``urgent_probability`` are those of a yes. They
    are calibrated on texts that were held out; docs/labels.md says how well they hold on real streams.
    """

    language: pa.StringArray
    """ISO 639-1 code, ``und`` where not known. Hindi and Urdu in Latin letters are ``hi`` and ``ur``."""
    language_probability: Floats
    script: pa.StringArray
    """ISO 15924: ``Latn``, ``Arab``, ``Deva``, ``Hebr``, ``Zzzz`` another, ``Zyyy`` no letters."""
    rtl: npt.NDArray[np.bool_]
    """Whether the text is to be shown from right to left."""
    request: npt.NDArray[np.bool_]
    """Whether the message asks for service: the same as ``kind == "service"``."""
    request_probability: Floats
    kind: pa.StringArray
    """``service``, ``marketing`` (talk of the brand that needs no service) or ``noise``."""
    kind_probability: Floats
    tier: npt.NDArray[np.int8]
    """1: direct question, dissatisfaction, urgent need, potential crisis. 2: mention, praise, indirect."""
    tier1_probability: Floats
    urgent_probability: Floats
    """Of an urgent need or a crisis in the making: orders the messages inside tier 1."""
    sentiment: pa.StringArray
    sentiment_probability: Floats
    topic: pa.StringArray
    """Kind of request by the taxonomy, null where it is no request."""
    topic_probability: Floats
    """0 where there is no topic."""
    names_brand: npt.NDArray[np.bool_]
    """Names the brand in words or as a tag, without its handle."""
    personal: pa.StringArray
    """Kinds of personal data in the text (``card,phone,email,address``), null where there is none."""
    propose_private: npt.NDArray[np.bool_]
    """Personal data in the text: propose to go on in a private conversation."""
    rule_probability: Mapping[str, float] = field(default_factory=lambda: dict(_RULE_SURE))
    """Of a yes in ``names_brand`` and ``personal``, which are rules and have one figure for all texts."""
    models: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Name and version of what gave each label."""

    def __len__(self) -> int:
        return len(self.language)

    @property
    def version(self) -> str:
        """All versions in one word: changes whenever a label could."""
        return _in_one_word(self.models)


@dataclass(frozen=True, slots=True)
class Labeller:
    """Gives labels to texts. Loaded once, used for any number of batches; safe to share by threads."""

    models: Models
    taxonomy: Taxonomy
    own_request: RequestModel | None = None

    @classmethod
    def load(cls, *, topics: Path | None = None, request: RequestModel | None = None) -> "Labeller":
        """The shipped models; with the company's own taxonomy and own model of requests where given.

        Raises MappingError when ``topics`` is not a taxonomy.
        """
        return cls(shipped_models(), load_taxonomy(topics), request)

    def label(
        self, texts: pa.Array | pa.ChunkedArray | Sequence[str], *, brands: Sequence[str] = ()
    ) -> Labels:
        """Labels for each text; a null is an empty text. ``brands`` are names, not handles."""
        column = as_column(texts)
        mentions = mentions_of(column, brands)
        seen = _about(self.read(column), mentions.any)
        mask = personal_mask(column)
        is_request = seen.request >= 0.5
        topic, topic_sure = self._topics(column, is_request)
        kind, kind_sure = _kinds(seen)
        tier1 = _tier1(seen)
        feeling = seen.sentiment.argmax(axis=1)
        return Labels(
            language=pa.array(seen.languages.code, pa.string()),
            language_probability=seen.languages.probability,
            script=pa.array(seen.languages.script, pa.string()),
            rtl=seen.languages.rtl,
            request=is_request,
            request_probability=seen.request,
            kind=kind,
            kind_probability=kind_sure,
            tier=np.where(tier1 >= 0.5, 1, 2).astype(np.int8),
            tier1_probability=tier1,
            urgent_probability=seen.urgent,
            sentiment=pa.array(np.array(SENTIMENTS)[feeling], pa.string()),
            sentiment_probability=seen.sentiment[np.arange(len(feeling)), feeling],
            topic=topic,
            topic_probability=topic_sure,
            names_brand=mentions.names_only,
            personal=kinds_of(mask),
            propose_private=mask > 0,
            models=self._named(),
        )

    def read(self, column: pa.LargeStringArray) -> "Seen":
        """What the models see: language, request, urgency and sentiment, as probabilities."""
        pieces = [self._read_piece(piece) for piece in steps(plain(column))]
        return _joined(pieces)

    def _topics(
        self, column: pa.LargeStringArray, is_request: npt.NDArray[np.bool_]
    ) -> tuple[pa.StringArray, Floats]:
        found, found_sure = self.taxonomy.find(column.filter(pa.array(is_request)))
        topic = pc.replace_with_mask(pa.nulls(len(column), pa.string()), pa.array(is_request), found)
        sure = np.zeros(len(column), np.float32)
        sure[is_request] = found_sure
        return topic, sure

    def _read_piece(self, piece: pa.LargeStringArray) -> "Seen":
        grams = grams_of(piece)
        heads = self.models.meaning
        languages = languages_of(piece, grams, self.models.language)
        odds = summed(grams, heads.weights) * heads.slope + heads.bias
        request_odds = self.models.request(odds, languages.code)
        if self.own_request is None:
            odds[:, REQUEST] = self.models.bent(request_odds)
        else:
            odds[:, REQUEST] = self.own_request.log_odds(grams, request_odds)
        request, marketing, urgent = (sigmoid(odds[:, i]) for i in (REQUEST, MARKETING, URGENT))
        shares = np.stack([request, (1 - request) * marketing, (1 - request) * (1 - marketing)], axis=1)
        # not "@": the threads of a matrix library cost more here than three numbers a text
        expected = sum(shares[:, i, None] * _SENTIMENT_OF_KIND[i] for i in range(3))
        return Seen(languages, request, marketing, urgent, softmax(odds[:, 3:6] + np.log(3 * expected)))

    @property
    def version(self) -> str:
        """That of all labels it gives."""
        return _in_one_word(self._named())

    def _named(self) -> dict[str, tuple[str, str]]:
        linear = (NAME, self.models.version)
        request = linear if self.own_request is None else ("ngrams-own", self.own_request.version)
        rules = ("rules", RULES_VERSION)
        return {
            "language": ("ngrams-pycld2", self.models.version),
            "request": request,
            "kind": request,
            "tier": linear,
            "sentiment": linear,
            "topic": ("taxonomy", self.taxonomy.version),
            "names_brand": rules,
            "personal": rules,
        }


def _in_one_word(models: Mapping[str, tuple[str, str]]) -> str:
    return "+".join(sorted({f"{name}:{version}" for name, version in models.values()}))


@dataclass(frozen=True, slots=True)
class Seen:
    """Probabilities of the models, one row a text."""

    languages: Languages
    request: Floats
    marketing: Floats
    """That it is marketing rather than noise, if it is no request."""
    urgent: Floats
    sentiment: Floats
    """Shape (texts, 3): negative, neutral, positive."""


def _about(seen: Seen, mentioned: npt.NDArray[np.bool_]) -> Seen:
    """What mentions the brand is talk of the brand, however little the model knows its name."""
    least = np.where(mentioned, np.float32(_RULE_SURE["names_brand"]), np.float32(0))
    return replace(seen, marketing=np.maximum(seen.marketing, least))


def _kinds(seen: Seen) -> tuple[pa.StringArray, Floats]:
    asks, markets = seen.request >= 0.5, seen.marketing >= 0.5
    names = np.where(asks, "service", np.where(markets, "marketing", "noise"))
    rest = (1 - seen.request) * np.where(markets, seen.marketing, 1 - seen.marketing)
    return pa.array(names, pa.string()), np.where(asks, seen.request, rest).astype(np.float32)


def _tier1(seen: Seen) -> Floats:
    """A request, an urgent need, or dissatisfaction with the brand that asks for nothing."""
    dissatisfied = seen.sentiment[:, 0] * seen.marketing
    tier1: Floats = 1 - (1 - seen.request) * (1 - seen.urgent) * (1 - dissatisfied)
    return tier1


def _joined(pieces: Sequence[Seen]) -> Seen:
    if not pieces:
        none, empty = np.zeros(0, "<U8"), np.zeros(0, np.float32)
        languages = Languages(none, none, np.zeros(0, bool), empty)
        return Seen(languages, empty, empty, empty, np.zeros((0, 3), np.float32))
    said = [piece.languages for piece in pieces]
    languages = Languages(
        np.concatenate([part.code for part in said]),
        np.concatenate([part.script for part in said]),
        np.concatenate([part.rtl for part in said]),
        np.concatenate([part.probability for part in said]),
    )
    return Seen(
        languages,
        np.concatenate([piece.request for piece in pieces]),
        np.concatenate([piece.marketing for piece in pieces]),
        np.concatenate([piece.urgent for piece in pieces]),
        np.concatenate([piece.sentiment for piece in pieces]),
    )
