{{ config(materialized='table') }}
select
    order_id,
    customer_id,
    ordered_at,
    amount_cents / 100.0 as amount_eur,
    channel,
    shipping_country,
    extract('hour' from ordered_at) as hour_of_day
from {{ source('lake', 'orders_history') }}
