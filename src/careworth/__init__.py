"""Careworth: social customer care that proves what it is worth.

Read ``careworth.terms`` next: the words of the field as types.
"""

__version__ = "0.1.0"
