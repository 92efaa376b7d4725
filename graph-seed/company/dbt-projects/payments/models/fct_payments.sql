{{ config(materialized='table', contract={'enforced': true}) }}
select
    c.charge_id,
    c.order_id,
    c.method,
    c.currency,
    c.amount_cents,
    c.fee_cents,
    cast(coalesce(r.refunded_cents, 0) as bigint) as refunded_cents,
    cast(c.captured_at as date) as captured_on
from {{ ref('stg_charges') }} c
left join (
    select charge_id, sum(refund_cents) as refunded_cents
    from {{ ref('stg_refunds') }}
    group by charge_id
) r on r.charge_id = c.charge_id
