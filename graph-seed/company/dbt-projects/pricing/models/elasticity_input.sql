{{ config(materialized='table') }}
select
    i.sku,
    date_trunc('week', o.created_at) as week,
    sum(i.quantity) as units,
    avg(i.unit_price_cents) as average_price_cents,
    any_value(p.list_price_cents) as list_price_cents
from {{ source('checkout', 'order_items') }} i
join {{ source('checkout', 'orders') }} o on o.order_id = i.order_id
left join {{ ref('price_list_current') }} p on p.sku = i.sku and p.market = 'DE'
group by 1, 2
