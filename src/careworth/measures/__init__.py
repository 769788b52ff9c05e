"""What happened: a catalogue of definitions, and the numbers with the rows behind them."""

from careworth.measures._plan import KEYS, Key, Question
from careworth.measures.catalogue import MEASURES, Measure, measure_named
from careworth.measures.hours import BusinessHours
from careworth.measures.values import MeasureTable, curve, rows, sql, values

__all__ = [
    "KEYS",
    "MEASURES",
    "BusinessHours",
    "Key",
    "Measure",
    "MeasureTable",
    "Question",
    "curve",
    "measure_named",
    "rows",
    "sql",
    "values",
]
