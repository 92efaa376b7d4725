-- Product master of the catalog team (PostgreSQL 16).
create table catalog.brands (
  brand_id     integer primary key,
  brand_name   text not null,
  is_own_brand boolean not null
);

create table catalog.categories (
  category_id   integer primary key,
  category_name text not null,
  department    text not null
);

create table catalog.skus (
  sku          text primary key,
  title        text not null,
  brand_id     integer not null,
  category_id  integer not null,
  tax_class    text not null,
  weight_g     integer,
  cost_cents   bigint not null,
  launched_on  date not null,
  status       text not null
);

create view catalog.product_master as
select s.sku, s.title, b.brand_name, b.is_own_brand, c.category_name, c.department, s.tax_class, s.weight_g, s.cost_cents, s.launched_on
from catalog.skus s
join catalog.brands b on b.brand_id = s.brand_id
join catalog.categories c on c.category_id = s.category_id
where s.status = 'active';

create view catalog.assortment_by_department as
select department, count(distinct sku) as skus, max(cost_cents) as highest_cost_cents, max(launched_on) as newest_launch
from catalog.product_master
group by department;

create table catalog.tax_rules as
select tax_class,
       case tax_class when 'STANDARD' then 0.19 when 'REDUCED' then 0.07 when 'EXEMPT' then 0.00 end as vat_rate,
       count(*) as skus
from catalog.skus
group by tax_class;
