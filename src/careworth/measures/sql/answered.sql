-- Conversations that a customer opened; hit: a person of the brand wrote in it.
select conversation, channel, brand, agent, contact, opened_at as moment, tagged_service as is_request,
       case when first_reply_at is not null then 1 else 0 end as hit
from conversations
where opened_by_customer
