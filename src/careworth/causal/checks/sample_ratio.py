"""Did the experiment hand out the treatment as it was meant to?"""

from scipy import stats

from careworth.causal.effect import Check

ALARM = 0.001
"""Below this p value the counts are taken as broken: the test is run often, and a real fault is far below."""


def sample_ratio(n_treated: int, n_control: int, share: float | None) -> Check:
    """Chi-squared test of the two counts against the planned share of treated; the value is its p.

    Without a planned share the check has no opinion.
    """
    if share is None:
        return Check(
            name="sample ratio",
            passed=None,
            value=None,
            text=(
                f"{n_treated:,} treated and {n_control:,} control rows; the planned share of treated was not "
                "given, so a fault in handing out the treatment would not show."
            ),
        )
    n = n_treated + n_control
    planned = (n * share, n * (1 - share))
    p = float(stats.chisquare((n_treated, n_control), planned).pvalue)
    return Check(
        name="sample ratio",
        passed=p >= ALARM,
        value=p,
        text=(
            f"{n_treated:,} treated and {n_control:,} control rows where {planned[0]:,.0f} and "
            f"{planned[1]:,.0f} were planned (p {p:.3g})."
        ),
    )
