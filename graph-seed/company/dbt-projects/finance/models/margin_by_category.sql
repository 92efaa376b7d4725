{{ config(materialized='table') }}
select
    m.category_name,
    sum(i.quantity * i.unit_price_cents) / 100.0 as sales,
    sum(i.quantity * m.cost_cents) / 100.0 as cost_of_goods,
    max(i.unit_price_cents) as highest_unit_price_cents,
    count(distinct i.order_id) as orders
from {{ source('checkout', 'order_items') }} i
join {{ source('catalog', 'product_master') }} m on m.sku = i.sku
group by m.category_name
