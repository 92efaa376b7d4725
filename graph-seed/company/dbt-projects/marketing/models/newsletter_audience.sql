{{ config(materialized='table') }}
select
    d.customer_id,
    d.country,
    case when v.lifetime_value >= 500 then 'gold' when v.lifetime_value >= 150 then 'silver' else 'new' end as value_band
from {{ source('customers', 'dim_customers') }} d
left join {{ source('customers', 'customer_value') }} v on v.customer_id = d.customer_id
where d.newsletter
