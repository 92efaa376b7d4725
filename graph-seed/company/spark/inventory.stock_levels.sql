select sku, warehouse_code, 400 + sum(net_units) as on_hand
from inventory.stock_daily
group by sku, warehouse_code
