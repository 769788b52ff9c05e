-- The Kaplan-Meier median with its band; beside it plain figures of the answered, and shares by four horizons.
-- -0.693147180 is ln(0.5), with room for the last digits of a sum of logarithms.
with {kaplan_meier}
select {keys}, count(*) as n,
       min(case when log_waiting <= -0.693147180 then minutes end) as value,
       min(case when log_low <= -0.693147180 then minutes end) as low,
       min(case when log_high <= -0.693147180 then minutes end) as high,
       count(case when answered = 1 then 1 end) as answered,
       @quantile(0.5, case when answered = 1 then minutes end) as median_answered,
       @quantile(0.9, case when answered = 1 then minutes end) as p90_answered,
       avg(case when answered = 1 then minutes end) as mean_answered,
       min(case when log_waiting <= -0.693147180 then minutes end) as km_median,
       1 - exp(min(case when minutes <= 60 then log_waiting else 0 end)) as within_1h,
       1 - exp(min(case when minutes <= 240 then log_waiting else 0 end)) as within_4h,
       1 - exp(min(case when minutes <= 1440 then log_waiting else 0 end)) as within_24h,
       1 - exp(min(case when minutes <= 4320 then log_waiting else 0 end)) as within_72h
from band
group by {keys}
