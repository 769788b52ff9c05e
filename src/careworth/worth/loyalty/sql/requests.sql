-- One row a request that was answered by somebody of the company: who, in which week, what about, and whether
-- it came within a year after a trouble of the same customer.
with asked as (
    select p.person, epoch_us(r.at) as moment, coalesce(r.kind, 'unknown') as kind
    from care_contacts r
    left join people p on p.customer = r.customer
    where $assisted and epoch_us(r.at) < $until
),
trouble as (
    select p.person, epoch_us(t.at) as moment
    from $troubles t
    join people p on p.customer = t.customer
)
select coalesce(a.person, -1) as person,
       a.moment // $week as week,
       a.kind,
       case when a.moment - t.moment < $troubled then 1 else 0 end as part
from asked a
asof left join trouble t on t.person = a.person and t.moment <= a.moment
