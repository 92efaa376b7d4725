select day, sum(cents) / 100.0 as fare, count(distinct rider_id) as riders
from {{ ref('stg_rides') }}
group by day
