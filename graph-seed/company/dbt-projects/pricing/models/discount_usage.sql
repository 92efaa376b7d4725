select
    o.discount_code,
    d.kind,
    date_trunc('week', o.created_at) as week,
    count(*) as orders,
    sum(o.discount_cents) / 100.0 as discount_given,
    sum(o.discount_cents) * 1.0 / sum(o.amount_cents) as discount_rate
from {{ source('checkout', 'orders') }} o
join {{ source('pricing_tool', 'discount_codes') }} d on d.code = o.discount_code
group by 1, 2, 3
