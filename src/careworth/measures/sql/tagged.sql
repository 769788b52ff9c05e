-- Conversations that a customer opened and people tagged; hit: tagged as a request for service.
select conversation, channel, brand, agent, contact, opened_at as moment, tagged_service as is_request,
       case when tagged_service then 1 else 0 end as hit
from conversations
where opened_by_customer and tagged
