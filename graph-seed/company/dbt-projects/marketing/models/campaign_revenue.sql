{{ config(materialized='table') }}
select
    discount_code,
    cast(ordered_at as date) as day,
    sum(amount_cents) as revenue_cents,
    count(*) as orders
from {{ source('lake', 'orders_history') }}
where discount_code is not null
group by 1, 2
