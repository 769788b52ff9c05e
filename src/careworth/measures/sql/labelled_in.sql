-- Messages that contacts wrote and that have labels; hit: {hit}.
select m.message, m.conversation, m.channel, c.brand, m.agent, m.external_id, m.author, m.sent_at as moment,
       c.tagged_service as is_request, l.version as labels, l.kind, l.tier, l.urgent_probability,
       case when {hit} then 1 else 0 end as hit
from messages m
join conversations c on c.conversation = m.conversation
join labels l on l.message = m.message
where m.inbound
