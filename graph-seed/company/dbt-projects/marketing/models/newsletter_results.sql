{{ config(materialized='table') }}
select
    campaign_name,
    sent_on,
    count(*) as sent,
    sum(case when opened then 1 else 0 end) as opened,
    sum(case when unsubscribed then 1 else 0 end) as unsubscribed
from {{ source('ads', 'newsletter_sends') }}
group by 1, 2
