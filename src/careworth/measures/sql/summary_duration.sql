with {kaplan_meier},
km as (
    -- ln(0.5) with room for the last digits of a sum of logarithms
    select {keys},
           min(case when log_waiting <= -0.693147180 then minutes end) as km_median,
           min(case when log_low <= -0.693147180 then minutes end) as low,
           min(case when log_high <= -0.693147180 then minutes end) as high,
           1 - exp(min(case when minutes <= 60 then log_waiting else 0 end)) as within_1h,
           1 - exp(min(case when minutes <= 240 then log_waiting else 0 end)) as within_4h,
           1 - exp(min(case when minutes <= 1440 then log_waiting else 0 end)) as within_24h,
           1 - exp(min(case when minutes <= 4320 then log_waiting else 0 end)) as within_72h
    from band
    group by {keys}
),
plain as (
    select {keys}, count(*) as n, sum(answered) as answered,
           @quantile(0.5, case when answered = 1 then minutes end) as median_answered,
           @quantile(0.9, case when answered = 1 then minutes end) as p90_answered,
           avg(case when answered = 1 then minutes end) as mean_answered
    from timed
    group by {keys}
)
select {plain_keys}, plain.n, km.km_median as value, km.low, km.high, plain.answered, plain.median_answered,
       plain.p90_answered, plain.mean_answered, km.km_median, km.within_1h, km.within_4h, km.within_24h,
       km.within_72h
from plain
join km on {same_keys}
