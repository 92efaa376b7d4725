select
    s.campaign_id,
    c.campaign_name,
    c.discount_code,
    c.medium,
    s.day,
    s.spend_cents,
    s.clicks
from {{ source('ads', 'spend_daily') }} s
join {{ source('ads', 'campaigns') }} c on c.campaign_id = s.campaign_id
