select
    refund_id,
    charge_id,
    amount_cents as refund_cents,
    coalesce(reason, 'unknown') as reason,
    cast(refunded_at as date) as refunded_on
from {{ source('payments_db', 'refunds') }}
