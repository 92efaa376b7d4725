select
    charge_id,
    order_id,
    amount_cents,
    currency,
    method,
    status,
    fee_cents,
    captured_at
from {{ source('payments_db', 'charges') }}
where status <> 'failed'
