{{ config(materialized='table') }}
-- Orders older than ninety days leave the shop's database, so quarters are told from the lake.
select
    date_trunc('quarter', h.ordered_at) as quarter,
    h.shipping_country,
    sum(h.amount_cents * fx.rate_to_eur) / 100.0 as gross_revenue_eur,
    count(*) as orders
from {{ source('lake', 'orders_history') }} h
join {{ ref('fx_rates') }} fx on fx.currency = h.currency
where h.status <> 'cancelled'
group by 1, 2
