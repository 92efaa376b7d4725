{{ config(materialized='table') }}
select
    o.shipping_country,
    date_trunc('month', p.captured_on) as month,
    sum(p.amount_cents - p.refunded_cents) / 100.0 as taxable_amount
from {{ source('payments', 'fct_payments') }} p
join {{ ref('stg_orders') }} o on o.order_id = p.order_id
group by 1, 2
