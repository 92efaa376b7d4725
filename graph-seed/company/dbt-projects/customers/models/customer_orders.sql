{{ config(materialized='table') }}
select
    customer_id,
    count(*) as orders,
    min(created_at) as first_order_at,
    max(created_at) as last_order_at
from {{ source('checkout', 'orders') }}
where customer_id is not null
group by customer_id
