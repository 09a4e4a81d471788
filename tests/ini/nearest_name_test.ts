/** The known name that a misspelt one was probably meant to be. */

import { strictEqual } from "node:assert/strict";
import { nearestName } from "../../src/ini/nearest_name.ts";

const KEYS = ["password", "home", "permissions", "max-upload", "max-download", "port"];

Deno.test("nearestName finds the key with one letter missing, doubled, wrong or swapped", () => {
  strictEqual(nearestName("pasword", KEYS), "password");
  strictEqual(nearestName("passsword", KEYS), "password");
  strictEqual(nearestName("psasword", KEYS), "password");
  strictEqual(nearestName("prot", KEYS), "port");
  strictEqual(nearestName("hone", KEYS), "home");
});

Deno.test("nearestName takes another case and another way to join words as near", () => {
  strictEqual(nearestName("maxUpload", KEYS), "max-upload");
  strictEqual(nearestName("HOME", KEYS), "home");
});

Deno.test("nearestName prefers the name with the fewest slips", () => {
  strictEqual(nearestName("max-dwnload", KEYS), "max-download");
});

Deno.test("nearestName finds nothing for a word that is like none of them", () => {
  strictEqual(nearestName("colour", KEYS), undefined);
  strictEqual(nearestName("", KEYS), undefined);
  strictEqual(nearestName("home", []), undefined);
});
