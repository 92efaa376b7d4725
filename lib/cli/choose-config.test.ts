import { expect, it } from "vitest";
import { faultlineConfigSchema } from "#lib/usecases/config/faultline-config.ts";
import { parseLiveAddress, placeFrom } from "#lib/usecases/live-sources/live-address.ts";
import { configuredSource } from "./choose-config.ts";

const config = faultlineConfigSchema.parse({
  sources: [
    { path: "checkout/target", domain: "checkout" },
    { path: "postgres://reader@db.example:5432/shop", domain: "warehouse" },
    { path: "marquez+https://lineage.example", domain: "platform" },
  ],
});
const domainOf = (path: string) =>
  configuredSource({ path: "/work/faultline.yaml", root: "/work", config }, [path])?.domain;

it("what the configuration says of a live source holds whoever reads it, and with whatever options", () => {
  expect(domainOf("/work/checkout/target/manifest.json")).toBe("checkout");
  expect(domainOf("postgresql://me:secret@db.example:5432/shop?sslmode=require")).toBe("warehouse");
  expect(domainOf("postgres://me:secret@db.example:5432/shop?sslmode=require")).toBe("warehouse");
  expect(domainOf("postgres://reader@db.example:5432/other")).toBe(undefined);
  expect(domainOf("marquez+https://lineage.example/")).toBe("platform");
});

it("a live source is called without what is secret, and is no path", () => {
  expect(parseLiveAddress("postgres://me:se%40cret@db:5432/shop?password=x")?.shown).toBe(
    "postgres://db:5432/shop",
  );
  expect(parseLiveAddress("datahub+https://user:pw@host/gms?token=x#y")?.shown).toBe(
    "https://host/gms",
  );
  expect(parseLiveAddress("nothing+https://host")).toBe(undefined);
  expect(parseLiveAddress("postgres.sql")).toBe(undefined);
  expect(placeFrom("/work", "a/b")).toBe("/work/a/b");
  expect(placeFrom("/work", "marquez+http://h:5000")).toBe("marquez+http://h:5000");
});
