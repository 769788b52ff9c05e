-- Waits that were open at the end of each period and had begun in the 7 days before it.
with kinds as (
    select distinct {keys} from chosen
)
select {plain_keys}, p.ends_on, count(km.conversation) as n, @double(count(km.conversation)) as value
from kinds plain
cross join periods p
left join chosen km on {same_keys} and
-- open:
    @micros(km.began_at) < p.ends_us and @micros(km.began_at) >= p.ends_us - 604800000000
    and (km.ended_at is null or @micros(km.ended_at) >= p.ends_us)
-- :open
group by {plain_keys}, p.ends_on
