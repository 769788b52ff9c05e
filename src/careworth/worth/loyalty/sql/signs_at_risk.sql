-- Steps that can end in leaving.
select p.person, epoch_us(r.at) as moment, r.kind, null::double as severity
from at_risk r
join people p on p.customer = r.customer
