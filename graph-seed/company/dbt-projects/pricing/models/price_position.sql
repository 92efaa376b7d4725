{{ config(materialized='table') }}
select sku, market, rank() over (partition by market order by list_price_cents desc) as position
from {{ ref('price_list_current') }}
