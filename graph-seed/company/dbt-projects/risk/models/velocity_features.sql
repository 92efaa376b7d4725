{{ config(materialized='table') }}
select
    customer_id,
    cast(ordered_at as date) as day,
    count(*) as orders_that_day,
    count(distinct shipping_country) as countries_that_day
from {{ source('lake', 'orders_history') }}
where customer_id is not null
group by 1, 2
