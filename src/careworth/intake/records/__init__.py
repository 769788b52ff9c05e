"""The company's records: read, checked, accounted for like messages, and kept beside them."""

from careworth.intake.records.bring import RecordCount, Recorded, bring_records

__all__ = ["RecordCount", "Recorded", "bring_records"]
