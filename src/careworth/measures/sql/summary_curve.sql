-- The share answered by each wait at which something happened, with its band.
with {kaplan_meier}
select {keys}, minutes, 1 - exp(log_waiting) as share, 1 - exp(log_high) as low, 1 - exp(log_low) as high
from band
order by minutes
