-- Conversations with measured handling time.
select conversation, channel, brand, agent, contact, first_message_at as moment, tagged_service as is_request,
       @divide(handling_seconds, 60) as amount
from conversations
where handling_seconds is not null
