select
    o.order_id,
    cast(o.created_at as date) as order_date,
    o.channel,
    (o.amount_cents - o.discount_cents) * fx.rate_to_eur / 100.0 as revenue_eur
from {{ ref('stg_orders') }} o
join {{ ref('fx_rates') }} fx on fx.currency = o.currency
