-- Every time a customer waited for the brand, first and later ones.
select t.conversation, t.turn, c.channel, c.brand, t.agent, t.message, c.tagged_service as is_request,
       t.asked_at as moment, t.asked_at as began_at, t.answered_at as ended_at, w.watched_until
from turns t
join conversations c on c.conversation = t.conversation
join (select channel, brand, max(last_message_at) as watched_until from conversations group by channel, brand) w
  on w.channel = c.channel and w.brand is not distinct from c.brand
