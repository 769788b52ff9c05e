-- One row a trouble: it starts at the first sign after a quiet time, for those who wrote on social and for
-- those who did not. An answer in the window of grace makes a customer exposed. Nobody is exposed who left
-- before the answer, so everybody else is given the delay of one of the exposed, by a number that has nothing
-- to do with them, and must have been there at that moment too.
with marked as (
    select person, moment, coalesce(kind, 'unknown') as kind, severity,
           lag(moment) over (partition by person order by moment, kind) as before
    from signs
    where moment is not null
),
starts as (
    select person, moment as zero, kind, severity
    from marked
    where before is null or moment - before >= $quiet
),
first_care as (
    select person, min(answered) as cared
    from social
    where answered is not null
    group by person
),
contacts as (
    select s.person, s.zero,
           min(case when o.answered <= s.zero + $grace then o.answered end) as answered,
           max(case when o.answered <= s.zero + $grace then o.probability end) as probability,
           count(*) as wrote
    from (select distinct person, zero from starts) s
    join social o on o.person = s.person and o.opened >= s.zero and o.opened <= s.zero + $grace
    group by s.person, s.zero
),
delays as (
    select answered - zero as delay, row_number() over (order by answered - zero) - 1 as place
    from contacts
    where answered is not null
),
places as (
    -- The place is a column of its own: joined by an expression with a count in it, it is a nested loop.
    select s.person, s.zero, (s.person * 40503 + s.zero // 60000000) % n.many as place
    from starts s
    cross join (select greatest(count(*), 1) as many from delays) n
),
drawn as (
    select p.person, p.zero, d.delay
    from places p
    join delays d on d.place = p.place
)
select p.customer, s.person, s.zero, s.kind, s.severity,
       p.joined, p.gone, p.margin_month, p.plan, p.unit, p.contract,
       c.answered, c.probability, coalesce(c.wrote, 0) as wrote,
       case
           when p.joined > s.zero or p.gone <= s.zero then 'not a customer at the time'
           when s.zero + $horizon > $until then 'not yet followed for long enough'
           when f.cared < s.zero then 'met the social team before'
           when p.gone <= s.zero + coalesce(c.answered - s.zero, d.delay, 0) then 'left before the groups could be told apart'
           when c.answered is not null then 'exposed'
           when c.wrote > 0 then 'wrote and got no answer in time'
           else 'control'
       end as part
from starts s
join people p on p.person = s.person
left join contacts c on c.person = s.person and c.zero = s.zero
left join first_care f on f.person = s.person
left join drawn d on d.person = s.person and d.zero = s.zero
