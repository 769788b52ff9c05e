"""Text to labels, for whole batches at once.

``labels``   language, request, urgency, sentiment, kind of request, brand, personal data (``Labeller``)
``own``      the same with what a company gave: names, kinds of request, a model of its own
``rows``     labels as rows of the facts
``moves``    what the brand's own replies do: signatures, moves to private, sending elsewhere
``correct``  a count of requests, corrected for the errors of the labels
``train``    a company's own model of requests, from what it tagged; needs scipy

Each is imported by its own name: who labels need not load what trains.
"""
