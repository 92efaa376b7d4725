{{ config(materialized='table', contract={'enforced': true}) }}
select
    c.customer_id,
    c.country,
    c.acquisition_channel,
    cast(c.registered_at as date) as registered_on,
    case
        when c.birth_date is null then 'unknown'
        when c.birth_date < date '1976-01-01' then '50 and over'
        when c.birth_date < date '1996-01-01' then '30 to 49'
        else 'under 30'
    end as age_band,
    coalesce(k.newsletter, false) as newsletter
from {{ ref('stg_customers') }} c
left join {{ source('crm', 'consents') }} k on k.customer_id = c.customer_id
