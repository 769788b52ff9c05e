-- The Kaplan-Meier share answered within the horizon, with its band.
with {kaplan_meier}
select {keys}, count(*) as n,
       1 - exp(min(case when minutes <= {horizon} then log_waiting else 0 end)) as value,
       1 - exp(min(case when minutes <= {horizon} then log_high else 0 end)) as low,
       1 - exp(min(case when minutes <= {horizon} then log_low else 0 end)) as high,
       count(case when answered = 1 then 1 end) as answered,
       count(case when answered = 1 and minutes <= {horizon} then 1 end) as hits
from band
group by {keys}
