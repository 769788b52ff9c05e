ranked as (
    -- Who is still watched at each wait; at the same wait, answers come before ends of watching.
    select {keys}, minutes, answered,
           @double(row_number() over (partition by {keys} order by minutes desc, answered)) as at_risk
    from timed
),
curve as (
    -- Kaplan-Meier: the share still waiting is the product of (1 - 1 / at_risk) over the answers; as a sum of
    -- logarithms. Where the last one watched is answered the share is nothing: -700 is its logarithm, about
    -- the least of which every engine gives exp().
    select {keys}, minutes, answered,
           greatest(-700, sum(case when answered = 0 then 0 when at_risk > 1 then ln(1 - 1 / at_risk) else -700 end)
               over (partition by {keys} order by at_risk desc
                     rows between unbounded preceding and current row)) as log_waiting,
           sum(case when answered = 1 and at_risk > 1 then 1 / (at_risk * (at_risk - 1)) else 0 end)
               over (partition by {keys} order by at_risk desc
                     rows between unbounded preceding and current row) as spread
    from ranked
),
band as (
    -- 95 %, by Greenwood's variance on the scale of log(-log): it stays between 0 and 1.
    select {keys}, minutes, answered, log_waiting,
           case when log_waiting < 0 and log_waiting > -700 and spread > 0
                then -exp(ln(-log_waiting) + 1.959963984540054 * sqrt(spread) / -log_waiting)
                else log_waiting end as log_low,
           case when log_waiting < 0 and log_waiting > -700 and spread > 0
                then -exp(ln(-log_waiting) - 1.959963984540054 * sqrt(spread) / -log_waiting)
                else log_waiting end as log_high
    from curve
)
