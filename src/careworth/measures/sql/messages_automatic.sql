-- Messages that programs of the brand wrote.
select m.message, m.conversation, m.channel, c.brand, m.agent, m.external_id, m.author, m.sent_at as moment,
       c.tagged_service as is_request
from messages m
join conversations c on c.conversation = m.conversation
where m.automatic
