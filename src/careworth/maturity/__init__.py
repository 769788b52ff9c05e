"""Where a company stands: the maturity index of two axes, Investment and Innovation.

``assess`` makes a profile of answers and of levels measured from the company's own facts. Read
docs/maturity.md first.
"""

from careworth.maturity._items import AXES, ITEMS, LANGUAGES, RECOMMENDATIONS, TOP, Axis, Item, Texts, texts
from careworth.maturity._peers import Peer, Position, Standing, load_peers, parse_peers
from careworth.maturity._queue import Service, simulate_queue
from careworth.maturity._roadmap import Path, PathStep, Step
from careworth.maturity._score import ALIASES, BORDER_BELOW, CUT, FORMULA, QUADRANTS, Score, ScoredItem
from careworth.maturity.answers import Answer, Answers, answers_text, template
from careworth.maturity.measured import SCALES, MeasuredLevel, Scale, measured_levels
from careworth.maturity.profile import Profile, assess, items_json, to_json
from careworth.maturity.what_if import Change, Money, Present, Range, WhatIf, load_change, present, what_if

__all__ = [
    "ALIASES",
    "AXES",
    "BORDER_BELOW",
    "CUT",
    "FORMULA",
    "ITEMS",
    "LANGUAGES",
    "QUADRANTS",
    "RECOMMENDATIONS",
    "SCALES",
    "TOP",
    "Answer",
    "Answers",
    "Axis",
    "Change",
    "Item",
    "MeasuredLevel",
    "Money",
    "Path",
    "PathStep",
    "Peer",
    "Position",
    "Present",
    "Profile",
    "Range",
    "Scale",
    "Score",
    "ScoredItem",
    "Service",
    "Standing",
    "Step",
    "Texts",
    "WhatIf",
    "answers_text",
    "assess",
    "items_json",
    "load_change",
    "load_peers",
    "measured_levels",
    "parse_peers",
    "present",
    "simulate_queue",
    "template",
    "texts",
    "to_json",
    "what_if",
]
