"""Where streams come from: each source gives what it reads with the cursor to take it up again."""

from careworth.intake.stream.sources._base import Read, Source

__all__ = ["Read", "Source"]
