-- The company's other systems know the troubles of all customers alike: the best clock there is.
select p.person, epoch_us(t.at) as moment, t.kind, t.severity
from troubles t
join people p on p.customer = t.customer
