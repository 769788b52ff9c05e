-- Tagged conversations count as they were tagged. Of the others the labels' count is corrected for the errors that
-- the labels are known to make: Rogan and Gladen's share, with the interval of Lang and Reiczigel for errors that are
-- themselves estimates (z = 1.959963984540054, z2 = 3.841458820694124).
select {keys}, n, hits, known, value,
       case when value is not null then least(low, value) end as low,
       case when value is not null then greatest(high, value) end as high
from (
    select {keys}, n, hits, known,
           case when labelled = 0 then known_yes
                when gain > 0 and smooth_gain > 0
                then known_yes + labelled * greatest(0, least(1, (called / labelled + left_alone - 1) / gain)) end as value,
           case when labelled = 0 then known_yes
                when smooth_gain > 0
                then known_yes + labelled * greatest(0, least(1, share + shift - 1.959963984540054 * spread)) end as low,
           case when labelled = 0 then known_yes
                when smooth_gain > 0
                then known_yes + labelled * greatest(0, least(1, share + shift + 1.959963984540054 * spread)) end as high
    from (
        select spreading.*,
               7.682917641388248 * (share * of_found - (1 - share) * of_left) as shift,
               @divide(sqrt(reported * (1 - reported) / (labelled + 3.841458820694124)
                       + share * share * of_found + (1 - share) * (1 - share) * of_left), smooth_gain) as spread
        from (
            select rated.*, @divide(reported + smooth_left - 1, smooth_gain) as share,
                   smooth_found * (1 - smooth_found) / (yes + 2) as of_found,
                   smooth_left * (1 - smooth_left) / (no + 2) as of_left
            from (
                select counted.*, found + left_alone - 1 as gain, smooth_found + smooth_left - 1 as smooth_gain,
                       (called + 1.920729410347062) / (labelled + 3.841458820694124) as reported
                from (
                    select {keys}, @double(count(*)) as n, @double(sum(hit)) as hits, @double(sum(known)) as known,
                           @double(sum(known * hit)) as known_yes,
                           @double(sum(1 - known)) as labelled,
                           @double(sum((1 - known) * hit)) as called,
                           @double(max(true_yes + false_no)) as yes, @double(max(true_no + false_yes)) as no,
                           @divide(max(true_yes), max(true_yes + false_no)) as found,
                           @divide(max(true_no), max(true_no + false_yes)) as left_alone,
                           @divide(max(true_yes) + 1, max(true_yes + false_no) + 2) as smooth_found,
                           @divide(max(true_no) + 1, max(true_no + false_yes) + 2) as smooth_left
                    from chosen
                    group by {keys}
                ) counted
            ) rated
        ) spreading
    ) shared
) corrected
