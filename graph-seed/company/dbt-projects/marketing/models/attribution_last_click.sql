{{ config(materialized='table') }}
select o.order_id, k.campaign_id, k.clicked_at
from {{ source('lake', 'orders_history') }} o
join {{ source('ads', 'clicks') }} k on k.customer_id = o.customer_id and k.clicked_at <= o.ordered_at
qualify row_number() over (partition by o.order_id order by k.clicked_at desc, k.click_id) = 1
