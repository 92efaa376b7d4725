{{ config(materialized='table') }}
select code, kind, coalesce(percent_off, 0) as percent_off, starts_on, coalesce(ends_on, date '2099-12-31') as ends_on
from {{ source('pricing_tool', 'discount_codes') }}
