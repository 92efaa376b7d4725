select
    o.order_id,
    o.shipping_country,
    o.created_at,
    coalesce(r.queue, 'queue-1') as queue,
    r.decision
from {{ source('checkout', 'open_orders') }} o
left join {{ source('risk_ops', 'review_decisions') }} r on r.order_id = o.order_id
