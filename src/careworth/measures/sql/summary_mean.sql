select {keys}, count(*) as n, avg(@double(amount)) as value,
       avg(@double(amount)) - 1.959963984540054 * @divide(stddev_samp(@double(amount)), sqrt(count(*))) as low,
       avg(@double(amount)) + 1.959963984540054 * @divide(stddev_samp(@double(amount)), sqrt(count(*))) as high,
       sum(@double(amount)) as total
from chosen
group by {keys}
