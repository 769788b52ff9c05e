-- The Kaplan-Meier curve of waits and its 95 % band, on a logarithmic scale.
steps as (
    select {keys}, minutes, @double(sum(answered)) as answered, @double(count(*)) as leaving
    from timed
    group by {keys}, minutes
),
risk as (
    select {keys}, minutes, answered,
           sum(leaving) over (partition by {keys} order by minutes desc
                              rows between unbounded preceding and current row) as at_risk
    from steps
),
curve as (
    -- Kaplan-Meier: the share still waiting is the product of (1 - answered / at_risk); as a sum of
    -- logarithms. Where all that were left are answered the share is nothing: -700 is its logarithm, about
    -- the least whose exp() every engine can give.
    select {keys}, minutes,
           greatest(-700, sum(case when answered = 0 then 0 when answered < at_risk then ln(1 - answered / at_risk)
                                   else -700 end)
               over (partition by {keys} order by minutes
                     rows between unbounded preceding and current row)) as log_waiting,
           sum(case when answered < at_risk then answered / (at_risk * (at_risk - answered)) else 0 end)
               over (partition by {keys} order by minutes
                     rows between unbounded preceding and current row) as spread
    from risk
),
band as (
    -- Greenwood's variance on the scale of log(-log): the band stays between 0 and 1.
    select {keys}, minutes, log_waiting,
           case when log_waiting < 0 and log_waiting > -700 and spread > 0
                then -exp(ln(-log_waiting) + 1.959963984540054 * sqrt(spread) / -log_waiting)
                else log_waiting end as log_low,
           case when log_waiting < 0 and log_waiting > -700 and spread > 0
                then -exp(ln(-log_waiting) - 1.959963984540054 * sqrt(spread) / -log_waiting)
                else log_waiting end as log_high
    from curve
)
