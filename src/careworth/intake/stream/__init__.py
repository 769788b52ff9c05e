"""Streams: read -> spool -> label -> desk queue, and beside it spool -> facts. Nothing is lost on the way.

The spool is the only place where a record waits: a cursor and the records up to it are one write. The two
consumers go over it at their own pace and note how far they came in the same commit as what they made.
"""
