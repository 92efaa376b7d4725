{{ config(materialized='table') }}
select
    s.carrier,
    date_trunc('month', s.handed_over_at) as month,
    count(*) as parcels,
    sum(r.base_cents + r.cents_per_kg * s.weight_g / 1000.0) / 100.0 as accrued
from {{ source('finance_landing', 'carrier_scans') }} s
join {{ source('sheets', 'carrier_rates') }} r on r.carrier = s.carrier and r.country = s.country
group by 1, 2
