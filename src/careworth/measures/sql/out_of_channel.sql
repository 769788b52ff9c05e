-- Conversations that a customer opened and a person answered; hit: the brand sent the customer to another
-- channel (phone, e-mail, shop, form).
select conversation, channel, brand, agent, contact, opened_at as moment, tagged_service as is_request, sent_elsewhere_at,
       case when sent_elsewhere_at is not null then 1 else 0 end as hit
from conversations
where opened_by_customer and first_reply_at is not null
