/** Tests of src/limits/rate_limits.ts: which limits a transfer has to keep, and who shares them. */

import assert from "node:assert/strict";
import { RateLimits, type Rates, type TransferDirection } from "../../src/limits/rate_limits.ts";

function account(name: string, rates: Rates = {}): { name: string; rates: Rates } {
  return { name, rates };
}

/** The limits of a new transfer. */
function ratesOf(limits: RateLimits, direction: TransferDirection, rates: Rates = {}): number[] {
  return limits.bucketsFor(direction, account("ann", rates)).map(({ bytesPerSecond }) => bytesPerSecond);
}

Deno.test("Without limits a transfer has none to keep", () => {
  for (const rates of [{}, { upload: 0, download: 0 }]) {
    const limits = new RateLimits({ maxUpload: rates.upload, maxServerDownload: rates.download });
    assert.deepEqual(ratesOf(limits, "upload", rates), []);
    assert.deepEqual(ratesOf(limits, "download", rates), []);
  }
});

Deno.test("A transfer keeps its own limit, the account's and the server's", () => {
  const limits = new RateLimits({ maxUpload: 1, maxDownload: 2, maxServerUpload: 3, maxServerDownload: 4 });
  assert.deepEqual(ratesOf(limits, "upload", { upload: 5, download: 6 }), [1, 5, 3]);
  assert.deepEqual(ratesOf(limits, "download", { upload: 5, download: 6 }), [2, 6, 4]);
});

Deno.test("Uploads and downloads are limited apart", () => {
  const limits = new RateLimits({ maxServerUpload: 3 });
  assert.deepEqual(ratesOf(limits, "upload"), [3]);
  assert.deepEqual(ratesOf(limits, "download"), []);
  const [up] = limits.bucketsFor("upload", account("ann", { upload: 5, download: 5 }));
  const [down] = limits.bucketsFor("download", account("ann", { upload: 5, download: 5 }));
  assert.notEqual(up, down);
});

Deno.test("Transfers share the account's limit and the server's, each has its own for itself", () => {
  const limits = new RateLimits({ maxUpload: 1, maxServerUpload: 3 });
  const [own, shared, server] = limits.bucketsFor("upload", account("ann", { upload: 5 }));
  const [otherOwn, otherShared, otherServer] = limits.bucketsFor("upload", account("ann", { upload: 5 }));
  assert.notEqual(own, otherOwn);
  assert.equal(shared, otherShared);
  assert.equal(server, otherServer);
});

Deno.test("Accounts do not share their limits, whatever their names are", () => {
  const limits = new RateLimits({ maxServerUpload: 3 });
  const buckets = ["ann", "bob", "server upload", "upload ann", "server", ""].map((name) =>
    limits.bucketsFor("upload", account(name, { upload: 5 }))
  );
  assert.equal(new Set(buckets.map(([own]) => own)).size, buckets.length);
  assert.equal(new Set(buckets.map(([, server]) => server)).size, 1);
});

Deno.test("A new server limit holds at once for running transfers", () => {
  const limits = new RateLimits({ maxServerUpload: 1000 });
  const [running] = limits.bucketsFor("upload", account("ann"));
  limits.options = { maxServerUpload: 500 };
  assert.equal(running?.bytesPerSecond, 500);
  assert.deepEqual(limits.bucketsFor("upload", account("bob")), [running]);
});

Deno.test("A server limit that is lifted lets running transfers go", () => {
  const limits = new RateLimits({ maxServerUpload: 1000 });
  const [running] = limits.bucketsFor("upload", account("ann"));
  limits.options = {};
  assert.equal(running?.bytesPerSecond, Infinity);
  assert.deepEqual(ratesOf(limits, "upload"), []);
});

Deno.test("A new limit for each transfer holds for the next one", () => {
  const limits = new RateLimits({ maxUpload: 1000 });
  const [running] = limits.bucketsFor("upload", account("ann"));
  limits.options = { maxUpload: 500 };
  assert.equal(running?.bytesPerSecond, 1000);
  assert.deepEqual(ratesOf(limits, "upload"), [500]);
});

Deno.test("An account's edited limit holds for its running transfers from its next transfer on", () => {
  const limits = new RateLimits({});
  const [running] = limits.bucketsFor("upload", account("ann", { upload: 1000 }));
  limits.bucketsFor("upload", account("ann", { upload: 500 }));
  assert.equal(running?.bytesPerSecond, 500);
  limits.bucketsFor("upload", account("ann"));
  assert.equal(running?.bytesPerSecond, Infinity);
});
