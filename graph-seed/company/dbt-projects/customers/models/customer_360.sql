{{ config(materialized='table') }}
-- One wide row a customer; training jobs take every column of it.
select
    c.*,
    o.orders,
    o.first_order_at,
    o.last_order_at
from {{ ref('stg_customers') }} c
left join {{ ref('customer_orders') }} o using (customer_id)
