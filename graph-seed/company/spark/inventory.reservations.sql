select sku, warehouse_code, sum(units) as reserved_units, count(*) as events
from kafka.checkout_order_events
where event_type in ('placed', 'paid')
group by sku, warehouse_code
