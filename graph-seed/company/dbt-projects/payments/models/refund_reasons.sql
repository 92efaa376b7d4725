{{ config(materialized='table') }}
select reason, count(*) as refunds, max(refunded_on) as last_refund_on
from {{ ref('stg_refunds') }}
group by reason
