{{ config(materialized='table') }}
select
    date_trunc('month', c.registered_on) as cohort,
    date_trunc('month', o.ordered_at) as active_month,
    count(distinct o.customer_id) as customers
from {{ source('lake', 'orders_history') }} o
join {{ source('customers', 'dim_customers') }} c on c.customer_id = o.customer_id
group by 1, 2
