-- Orders database of the shop (PostgreSQL 16), owned by checkout-core.
create table checkout.orders (
  order_id          bigint primary key,
  customer_id       bigint,
  channel           text not null,
  status            text not null,
  currency          text not null,
  amount_cents      bigint not null,
  discount_cents    bigint not null,
  discount_code     text,
  shipping_country  text not null,
  created_at        timestamp not null,
  updated_at        timestamp
);

create table checkout.order_items (
  order_item_id     bigint primary key,
  order_id          bigint not null,
  sku               text not null,
  quantity          integer not null,
  unit_price_cents  bigint not null
);

create table checkout.carts (
  cart_id           bigint primary key,
  customer_id       bigint,
  started_at        timestamp not null,
  abandoned_at      timestamp,
  item_count        integer not null
);

create table checkout.sessions (
  session_id        bigint primary key,
  customer_id       bigint,
  device            text not null,
  started_at        timestamp not null,
  reached_step      text not null
);

-- What the shop's back office looks at; also read by support.
create view checkout.open_orders as
select order_id, customer_id, status, shipping_country, created_at
from checkout.orders
where status in ('placed', 'paid', 'packed');

create view checkout.funnel_daily as
select
  cast(started_at as date) as day,
  device,
  count(*) as sessions,
  sum(case when reached_step = 'confirmation' then 1 else 0 end) as confirmations
from checkout.sessions
group by cast(started_at as date), device;
