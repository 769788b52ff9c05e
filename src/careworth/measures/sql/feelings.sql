-- Conversations that a customer opened and in which contacts wrote at least twice, with the sentiment of the first
-- and of the last of these messages: -1 negative, 0 neutral, 1 positive.
select c.conversation, c.channel, c.brand, c.agent, c.contact, c.opened_at as moment, c.tagged_service as is_request,
       f.labels, f.first_feeling, f.last_feeling, {amount} as amount
from conversations c
join (
    select conversation, max(version) as labels,
           max(case when place = 1 then feeling end) as first_feeling,
           max(case when place_from_last = 1 then feeling end) as last_feeling
    from (
        select m.conversation, l.version,
               @double(case l.sentiment when 'negative' then -1 when 'positive' then 1 else 0 end) as feeling,
               row_number() over (partition by m.conversation order by m.sent_at, m.message) as place,
               row_number() over (partition by m.conversation order by m.sent_at desc, m.message desc)
                   as place_from_last
        from messages m
        join labels l on l.message = m.message
        where m.inbound
    ) placed
    group by conversation
    having count(*) >= 2
) f on f.conversation = c.conversation
where c.opened_by_customer
