import { uidFromText } from "@isodose/core";
import { expect, test } from "vitest";

test("a UID from a text is a version 8 UUID under 2.25, the same each time", () => {
  for (const text of ["", "a", "CT slice 12", "épaule", "x".repeat(5000)]) {
    const uid = uidFromText(text);
    expect(uid).toMatch(/^2\.25\.[1-9]\d{0,38}$/);
    const uuid = BigInt(uid.slice(5));
    expect(uuid < 1n << 128n).toBe(true);
    expect((uuid >> 76n) & 0xfn).toBe(8n);
    expect((uuid >> 62n) & 0x3n).toBe(2n);
    expect(uidFromText(text)).toBe(uid);
  }
});

test("20 000 texts that differ in little have UIDs that differ in every part", () => {
  const uids = Array.from({ length: 20_000 }, (_, n) => uidFromText(`slice ${n}`));
  expect(new Set(uids).size).toBe(uids.length);
  // Each 32-bit word on its own: the birthday rule allows about 0.05 collisions, 3 would be a weak hash.
  for (const shift of [0n, 32n, 96n]) {
    const words = new Set(uids.map((uid) => (BigInt(uid.slice(5)) >> shift) & 0xffffffffn));
    expect(words.size).toBeGreaterThan(uids.length - 3);
  }
});
