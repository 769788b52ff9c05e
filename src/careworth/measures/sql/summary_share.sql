-- Wilson's interval: (p + z2/2n -+ z * sqrt(p(1-p)/n + z2/4n2)) / (1 + z2/n) with z = 1.959963984540054.
select {keys}, n, hits, p as value,
       greatest(0, (p + 1.920729410347062 / n - half) / (1 + 3.841458820694124 / n)) as low,
       least(1, (p + 1.920729410347062 / n + half) / (1 + 3.841458820694124 / n)) as high
from (
    select {keys}, n, hits, p, 1.959963984540054 * sqrt(p * (1 - p) / n + 0.960364705173531 / n / n) as half
    from (
        select {keys}, @double(count(*)) as n, @double(sum(hit)) as hits, @divide(sum(hit), count(*)) as p
        from chosen
        group by {keys}
    ) counted
) spread
