{{ config(materialized='table') }}
select
    customer_id,
    row_number() over (order by orders desc, customer_id) as position,
    ntile(10) over (order by orders desc, customer_id) as decile
from {{ ref('customer_orders') }}
