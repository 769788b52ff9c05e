-- Conversations that a customer opened, with the number of their messages.
select conversation, channel, brand, agent, contact, opened_at as moment, tagged_service as is_request, messages as amount
from conversations
where opened_by_customer
