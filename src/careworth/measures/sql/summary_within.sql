with {kaplan_meier},
km as (
    select {keys},
           1 - exp(min(case when minutes <= {horizon} then log_waiting else 0 end)) as value,
           1 - exp(min(case when minutes <= {horizon} then log_high else 0 end)) as low,
           1 - exp(min(case when minutes <= {horizon} then log_low else 0 end)) as high
    from band
    group by {keys}
),
plain as (
    select {keys}, count(*) as n, sum(answered) as answered,
           sum(case when answered = 1 and minutes <= {horizon} then 1 else 0 end) as hits
    from timed
    group by {keys}
)
select {plain_keys}, plain.n, km.value, km.low, km.high, plain.answered, plain.hits
from plain
join km on {same_keys}
