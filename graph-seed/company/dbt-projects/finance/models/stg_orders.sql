select *
from {{ source('checkout', 'orders') }}
where status <> 'cancelled'
