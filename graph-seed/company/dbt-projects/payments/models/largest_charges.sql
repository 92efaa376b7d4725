{{ config(materialized='table') }}
-- The hundred largest charges in order; the amount itself stays with payments.
select charge_id, order_id, position
from (
    select
        charge_id,
        order_id,
        rank() over (order by amount_cents desc) as position
    from {{ ref('stg_charges') }}
) ranked
where position <= 100
