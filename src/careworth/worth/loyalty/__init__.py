"""What social care did to customers: seven measures, each against a control group, and their total.

``measure_loyalty`` reads the company's records and the conversations through an engine. Read
docs/loyalty.md first.
"""

from careworth.worth.loyalty._answer import measure_loyalty
from careworth.worth.loyalty._cohort import Clock, Cohort, cohort_of
from careworth.worth.loyalty._measure import LoyaltyMeasure
from careworth.worth.loyalty._records import Records, has_records, records_of
from careworth.worth.loyalty._result import Loyalty
from careworth.worth.loyalty._study import Finding
from careworth.worth.loyalty._total import Share, TotalReturn

__all__ = [
    "Clock",
    "Cohort",
    "Finding",
    "Loyalty",
    "LoyaltyMeasure",
    "Records",
    "Share",
    "TotalReturn",
    "cohort_of",
    "has_records",
    "measure_loyalty",
    "records_of",
]
