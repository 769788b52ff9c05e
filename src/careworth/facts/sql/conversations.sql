-- One row a conversation, from its messages. A message without a parent opens; of several the earliest.
-- A message "by a person" is outbound and not automatic.
with openings as (
    select conversation, message, sent_at, inbound, author, brand, private,
           row_number() over (partition by conversation order by sent_at, message) as place
    from messages
    where parent is null
),
opened as (
    select conversation, message as opening, sent_at as opened_at, inbound as by_customer, author,
           brand as addressed, private
    from openings
    where place = 1
),
answers as (
    select m.conversation,
           min(m.sent_at) as first_reply_at,
           min(case when m.parent = o.opening or m.parent is null then m.sent_at end) as first_response_at,
           @first(m.brand, m.sent_at, m.message) as brand,
           @first(coalesce(m.agent, m.author), m.sent_at, m.message) as agent
    from messages m
    join opened o on o.conversation = m.conversation
    where not m.inbound and not m.automatic and m.sent_at >= o.opened_at and m.message <> o.opening
    group by m.conversation
),
whole as (
    select conversation,
           min(channel) as channel,
           min(brand) as brand,
           min(sent_at) as first_message_at,
           max(sent_at) as last_message_at,
           max(case when inbound then sent_at end) as last_inbound_at,
           max(case when not inbound and not automatic then sent_at end) as last_outbound_at,
           count(*) as messages,
           count(case when inbound then 1 end) as inbound,
           count(case when not inbound and not automatic then 1 end) as outbound,
           count(case when automatic then 1 end) as automatic,
           min(case when asks_private or private then sent_at end) as private_at,
           min(case when sends_elsewhere then sent_at end) as sent_elsewhere_at,
           sum(handling_seconds) as handling_seconds,
           count(case when inbound then tags end) > 0 as tagged,
           count(case when inbound and (',' || tags || ',') like '%,service,%' then 1 end) > 0 as tagged_service
    from messages
    group by conversation
)
select w.conversation,
       w.channel,
       coalesce(a.brand, o.addressed, w.brand) as brand,
       a.agent,
       case when o.by_customer then o.author end as contact,
       o.opening,
       o.opened_at,
       o.by_customer as opened_by_customer,
       o.private as opened_in_private,
       a.first_response_at,
       a.first_reply_at,
       w.first_message_at,
       w.last_message_at,
       w.last_inbound_at,
       w.last_outbound_at,
       w.messages,
       w.inbound,
       w.outbound,
       w.automatic,
       case when o.private then null else w.private_at end as moved_private_at,
       w.sent_elsewhere_at,
       w.handling_seconds,
       w.tagged,
       w.tagged_service
from whole w
left join opened o on o.conversation = w.conversation
left join answers a on a.conversation = w.conversation
