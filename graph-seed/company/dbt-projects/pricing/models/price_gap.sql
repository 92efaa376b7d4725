{{ config(materialized='table') }}
select
    p.sku,
    p.market,
    p.list_price_cents,
    coalesce(min(c.price_cents), p.list_price_cents) as lowest_competitor_cents,
    p.list_price_cents - coalesce(min(c.price_cents), p.list_price_cents) as gap_cents
from {{ ref('price_list_current') }} p
left join {{ source('pricing_tool', 'competitor_prices') }} c on c.sku = p.sku
group by p.sku, p.market, p.list_price_cents
