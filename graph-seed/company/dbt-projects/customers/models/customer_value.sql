{{ config(materialized='table') }}
select
    o.customer_id,
    sum(o.amount_cents - o.discount_cents) / 100.0 as lifetime_value,
    avg(o.amount_cents) / 100.0 as average_basket
from {{ source('checkout', 'orders') }} o
where o.customer_id is not null and o.status <> 'cancelled'
group by o.customer_id
