-- One row each time the word passes to a contact. Several messages in a row are one turn, which begins
-- with the first of them; it is answered by the next message that a person of the brand writes.
with ordered as (
    select conversation, message, inbound, sent_at, coalesce(agent, author) as writer,
           lag(inbound) over (partition by conversation order by sent_at, message) as before
    from messages
    where not automatic
),
changes as (
    -- Contacts and brand take turns here, so every second place is a contact's, whoever began.
    select conversation, message, inbound, sent_at,
           row_number() over (partition by conversation order by sent_at, message) as place,
           lead(sent_at) over (partition by conversation order by sent_at, message) as answered_at,
           lead(writer) over (partition by conversation order by sent_at, message) as agent
    from ordered
    where before is null or before <> inbound
)
select conversation, @whole(place + 1, 2) as turn, agent, message, sent_at as asked_at, answered_at
from changes
where inbound
