-- Conversations that a customer opened and that people tagged or whose opening message has labels. known: whether
-- people tagged it; hit: they tagged it as a request, or the label of its opening message says it is one.
select c.conversation, c.channel, c.brand, c.agent, c.contact, c.opened_at as moment, c.tagged_service as is_request,
       l.version as labels,
       case when c.tagged then 1 else 0 end as known,
       case when c.tagged_service or (not c.tagged and l.kind = 'service') then 1 else 0 end as hit,
       e.true_yes, e.false_no, e.true_no, e.false_yes
from conversations c
left join labels l on l.message = c.opening
left join label_errors e on e.version = l.version
where c.opened_by_customer and (c.tagged or l.message is not null)
