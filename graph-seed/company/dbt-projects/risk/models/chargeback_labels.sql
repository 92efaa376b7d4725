{{ config(materialized='table') }}
select
    c.order_id,
    max(case when d.reason_code = 'fraud' then 1 else 0 end) as is_fraud
from {{ source('payments_db', 'charges') }} c
left join {{ source('payments_db', 'disputes') }} d on d.charge_id = c.charge_id
group by c.order_id
