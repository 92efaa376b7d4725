{{ config(materialized='table') }}
select
    customer_id,
    last_order_at < timestamp '2026-09-15 00:00:00' as churned
from {{ ref('customer_orders') }}
