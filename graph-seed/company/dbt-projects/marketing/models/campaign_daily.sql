{{ config(materialized='table') }}
select
    s.campaign_name,
    s.medium,
    s.day,
    s.spend_cents,
    s.clicks,
    coalesce(r.revenue_cents, 0) as revenue_cents,
    coalesce(r.orders, 0) as orders
from {{ ref('stg_spend') }} s
left join {{ ref('campaign_revenue') }} r on r.discount_code = s.discount_code and r.day = s.day
