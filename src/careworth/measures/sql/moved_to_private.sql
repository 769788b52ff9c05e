-- Conversations that a customer opened in public; hit: the brand asked to go on in private, or it did.
select conversation, channel, brand, agent, contact, opened_at as moment, tagged_service as is_request, moved_private_at,
       case when moved_private_at is not null then 1 else 0 end as hit
from conversations
where opened_by_customer and not opened_in_private
