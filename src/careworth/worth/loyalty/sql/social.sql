-- Conversations that customers opened, by the likeliest link of each handle.
with likeliest as (
    select i.channel, i.contact, p.person, i.probability,
           row_number() over (
               partition by i.channel, i.contact order by i.probability desc, i.customer
           ) as place
    from identities i
    join people p on p.customer = i.customer
    where i.probability >= $least_link
)
select l.person,
       epoch_us(c.opened_at) as opened,
       epoch_us(coalesce(c.first_response_at, c.first_reply_at)) as answered,
       l.probability
from conversations c
join likeliest l on l.channel = c.channel and l.contact = c.contact and l.place = 1
where c.opened_by_customer and c.opened_at is not null
