-- Customers as they stand in the books, numbered in the order of their ids.
select customer,
       row_number() over (order by customer) - 1 as person,
       epoch_us(joined_at) as joined,
       coalesce(epoch_us(left_at), $never) as gone,
       margin_month,
       coalesce(plan, 'unknown') as plan,
       coalesce(unit, 'unknown') as unit,
       coalesce(contract, true) as contract
from customers
where not coalesce(test, false)
