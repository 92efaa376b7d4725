import { beforeAll, describe, expect, it } from "vitest";
import { loadSqlParser } from "../usecases/sources/load-sql-parser.ts";
import { orderMigrations } from "./migrations/order-migrations.ts";
import { readSqlFiles } from "./read-sql-files.ts";
import type { SqlParser } from "./sql/sql-parser.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const file = (path: string, text = "select 1") => ({ path, text });
const order = (...paths: readonly string[]) =>
  orderMigrations(paths.map((path) => file(path))).map(({ path }) => path);
const columns = (...files: readonly (readonly [string, string])[]) => {
  const { facts, problems } = readSqlFiles({
    files: files.map(([path, text]) => ({ path, text })),
    dialect: "postgres",
    parser,
  });
  expect(problems).toEqual([]);
  return Object.fromEntries(
    facts.map((fact) => [
      fact.name.name,
      fact.columns?.map(({ name, type }) => `${name} ${type?.toLowerCase()}`),
    ]),
  );
};

describe("a folder of migrations", () => {
  it("of Flyway runs by version over all folders, then what is repeated, and undoes nothing", () => {
    expect(
      order(
        "db/R__views.sql",
        "db/V1_10__c.sql",
        "db/b/V1.2__b.sql",
        "db/U1.2__b.sql",
        "db/V1__a.sql",
        "db/V20240101__d.sql",
      ),
    ).toEqual([
      "db/V1__a.sql",
      "db/b/V1.2__b.sql",
      "db/V1_10__c.sql",
      "db/V20240101__d.sql",
      "db/R__views.sql",
    ]);
  });

  it("in pairs runs what goes up", () => {
    expect(order("2_b.up.sql", "10_c.up.sql", "2_b.down.sql", "1_a.up.sql")).toEqual([
      "1_a.up.sql",
      "2_b.up.sql",
      "10_c.up.sql",
    ]);
    expect(order("2024_a/up.sql", "2024_a/down.sql")).toEqual(["2024_a/up.sql"]);
    expect(order("scroll_down.sql")).toEqual(["scroll_down.sql"]);
  });

  it("of Liquibase runs the change sets of its own engine", () => {
    const text = `--liquibase formatted sql
--changeset ann:1 dbms:postgresql
create table t (id int, tags jsonb);
--rollback drop table t;
--changeset ann:2 dbms:"h2, mysql"
create table t (id int, tags text);
--changeset ann:3 dbms:!h2
alter table t add column a int;
--changeset ann:4 dbms:!postgresql context:test
alter table t add column b int;
--changeset ann:5 labels:x
alter table t add column c int;
`;
    expect(columns(["changes.sql", text])).toEqual({
      t: ["id int", "tags jsonb", "a int", "c int"],
    });
    const [unknown] = orderMigrations([file("changes.sql", text)]);
    expect(unknown?.text).toBe(text);
  });

  it("of goose and dbmate runs the upper part, and keeps its lines", () => {
    expect(
      columns(
        [
          "1_init.sql",
          "-- +goose Up\ncreate table t (a int, b int);\n-- +goose Down\ndrop table t;\n",
        ],
        [
          "2_more.sql",
          "-- migrate:up\nalter table t add column c text;\n\n-- migrate:down\nalter table t drop column c;\n",
        ],
      ),
    ).toEqual({ t: ["a int", "b int", "c text"] });
  });

  it("as Alembic, Rails and Prisma write it is folded to the tables of the end", () => {
    expect(
      columns([
        "alembic.sql",
        `BEGIN;
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
-- Running upgrade  -> 1975ea83b712
CREATE TABLE account (id SERIAL NOT NULL, name VARCHAR(50) NOT NULL, PRIMARY KEY (id));
INSERT INTO alembic_version (version_num) VALUES ('1975ea83b712') RETURNING alembic_version.version_num;
-- Running upgrade 1975ea83b712 -> ae1027a6acf
ALTER TABLE account ADD COLUMN last_transaction_date TIMESTAMP WITHOUT TIME ZONE;
ALTER TABLE account ALTER COLUMN name TYPE TEXT USING name::TEXT;
ALTER TABLE account RENAME name TO label;
UPDATE alembic_version SET version_num='ae1027a6acf' WHERE alembic_version.version_num = '1975ea83b712';
COMMIT;`,
      ]),
    ).toMatchObject({
      account: ["id serial", "label text", "last_transaction_date timestamp"],
    });
    expect(
      columns(
        [
          "prisma/migrations/20230101_init/migration.sql",
          `-- CreateEnum
CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');
-- CreateTable
CREATE TABLE "User" ("id" SERIAL NOT NULL, "email" TEXT NOT NULL, "role" "Role" NOT NULL DEFAULT 'USER', CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");`,
        ],
        [
          "prisma/migrations/20230202_more/migration.sql",
          `/*
  Warnings:
  - You are about to drop the column \`role\` on the \`User\` table.
*/
ALTER TABLE "User" DROP COLUMN "role", ADD COLUMN "name" TEXT, ALTER COLUMN "email" DROP NOT NULL;
ALTER TABLE "Post" ADD CONSTRAINT "Post_fk" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;`.replace(
            /ALTER TABLE "Post".*/,
            "",
          ),
        ],
      ),
    ).toEqual({ User: ["id serial", "email text", "name text"] });
  });
});
