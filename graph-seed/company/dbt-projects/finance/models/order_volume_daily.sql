{{ config(materialized='table') }}
select
    cast(created_at as date) as day,
    channel,
    count(*) as orders,
    count(distinct customer_id) as customers
from {{ ref('stg_orders') }}
group by 1, 2
