"""The desk: what changes all the time. A Django app: who may do what, every write, every read, long work.

``access`` is the one table of who may do what; ``actions`` holds every write and notes it in the audit log;
``queries`` holds every read; ``jobs`` is long work that shows progress and can be stopped.
"""
