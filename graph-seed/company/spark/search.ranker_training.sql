select l.query_text, l.sku, l.grade, coalesce(c.clicks, 0) as clicks, c.average_position
from lake_files.relevance_labels l
left join search.click_through c on c.query_text = l.query_text and c.sku = l.sku
