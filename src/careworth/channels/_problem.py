"""Why one object of a network cannot be a message."""


class PayloadProblem(Exception):
    """``reason`` is a short stable word, ``detail`` a sentence that never repeats what was written.

    Reasons: ``missing-id``, ``bad-id``, ``missing-date``, ``bad-date``, ``missing-author``, ``missing-text``,
    ``bad-text``, ``nul``, ``not-a-post``, ``edited``, ``retweet``, ``reblog``, ``repost``,
    ``receipt``, ``typing``, ``reaction``, ``unsupported``, ``encrypted``.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
