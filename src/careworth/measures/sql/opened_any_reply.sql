-- Conversations that a customer opened, with the wait for the earliest message by a person of the brand
-- anywhere in the conversation.
select c.conversation, c.channel, c.brand, c.agent, c.contact, c.tagged_service as is_request,
       c.opened_at as moment, c.opened_at as began_at, c.first_reply_at as ended_at, w.watched_until
from conversations c
join (select channel, brand, max(last_message_at) as watched_until from conversations group by channel, brand) w
  on w.channel = c.channel and w.brand is not distinct from c.brand
where c.opened_by_customer
