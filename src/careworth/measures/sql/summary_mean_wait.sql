select {keys}, count(*) as n, sum(answered) as answered,
       avg(case when answered = 1 then minutes end) as value,
       avg(case when answered = 1 then minutes end) - 1.959963984540054
           * @divide(stddev_samp(case when answered = 1 then minutes end), sqrt(sum(answered))) as low,
       avg(case when answered = 1 then minutes end) + 1.959963984540054
           * @divide(stddev_samp(case when answered = 1 then minutes end), sqrt(sum(answered))) as high
from timed
group by {keys}
