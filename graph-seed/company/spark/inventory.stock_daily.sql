select sku, warehouse_code, cast(moved_at as date) as day, sum(units) as net_units, count(*) as movements
from kafka.stock_movements
group by sku, warehouse_code, cast(moved_at as date)
