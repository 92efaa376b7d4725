{{ config(materialized='table') }}
select
    a.postal_code,
    coalesce(a.city, 'unknown') as city,
    count(distinct a.customer_id) as customers
from {{ source('crm', 'addresses') }} a
where a.kind = 'shipping'
group by 1, 2
