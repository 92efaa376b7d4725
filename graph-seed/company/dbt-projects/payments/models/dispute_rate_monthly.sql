{{ config(materialized='table') }}
select
    date_trunc('month', c.captured_at) as month,
    count(*) as charges,
    count(d.dispute_id) as disputes,
    count(d.dispute_id) * 1.0 / count(*) as dispute_rate
from {{ source('payments_db', 'charges') }} c
left join {{ source('payments_db', 'disputes') }} d on d.charge_id = c.charge_id
group by 1
