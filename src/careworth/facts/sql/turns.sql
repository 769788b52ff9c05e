-- One row each time the word passes to a contact. Several messages in a row are one turn, which begins
-- with the first of them; it is answered by the next message that a person of the brand writes.
with ordered as (
    select conversation, message, inbound, sent_at, coalesce(agent, author) as writer,
           lag(inbound) over (partition by conversation order by sent_at, message) as before
    from messages
    where not automatic
),
changes as (
    select conversation, message, inbound, sent_at,
           lead(sent_at) over (partition by conversation order by sent_at, message) as answered_at,
           lead(writer) over (partition by conversation order by sent_at, message) as agent
    from ordered
    where before is null or before <> inbound
)
select t.conversation,
       row_number() over (partition by t.conversation order by t.sent_at, t.message) as turn,
       t.agent,
       t.message,
       t.sent_at as asked_at,
       t.answered_at
from changes t
where t.inbound
