{{ config(materialized='table') }}
select
    cast(captured_at as date) as day,
    method,
    count(*) as charges
from {{ ref('stg_charges') }}
group by 1, 2
