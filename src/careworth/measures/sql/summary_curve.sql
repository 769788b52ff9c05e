-- The share answered by each wait at which something happened, with its band.
with {kaplan_meier}
select minutes, 1 - exp(min(log_waiting)) as share, 1 - exp(min(log_high)) as low, 1 - exp(min(log_low)) as high
from band
group by minutes
order by minutes
