-- Nobody knows the troubles themselves: whatever shows one, in any channel.
select p.person, epoch_us(c.at) as moment, c.kind, c.severity
from care_contacts c
join people p on p.customer = c.customer
where c.channel <> 'help'
union all
select p.person, epoch_us(r.at), r.kind, null
from at_risk r
join people p on p.customer = r.customer
union all
select person, opened, 'social', null
from social
