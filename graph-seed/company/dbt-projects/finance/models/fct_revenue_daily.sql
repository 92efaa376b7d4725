select
    order_date,
    channel,
    sum(revenue_eur) as revenue_eur
from {{ ref('int_order_revenue') }}
group by order_date, channel
