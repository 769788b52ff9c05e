select {keys}, count(*) as n, @double(count(*)) as value
from chosen
group by {keys}
