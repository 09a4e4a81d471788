/** Tests of src/users/home_mount.ts: how mounts are written, and what may be done in them. */

import assert from "node:assert/strict";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { type HomeMount, parseMount, withMounts } from "../../src/users/home_mount.ts";
import type { PermissionLetter, Permissions } from "../../src/users/permissions.ts";
import { permissionsOf } from "../support/server.ts";

Deno.test("A mount is a place, a directory and letters, which may be left out", () => {
  const letters = new Set<PermissionLetter>(["e", "l", "r"]);
  for (
    const [key, text, at, home, own] of [
      ["mount:/photos", "/srv/photos elr", "/photos", "/srv/photos", letters],
      ["mount: /my photos/", '"/srv/my photos"  elr', "/my photos", "/srv/my photos", letters],
      ["mount:/a/./b/", '"C:\\\\photos \\"x\\""', "/a/b", 'C:\\photos "x"', undefined],
      ["mount:/a", "photos", "/a", "photos", undefined],
    ] as const
  ) {
    assert.deepEqual(parseMount(key, text), { at, home, ...own && { letters: own } }, text);
  }
});

Deno.test("What is no mount tells what is wrong with it", () => {
  for (
    const [key, text, reason] of [
      ["mount:photos", "/srv", /begins with a slash/],
      ["mount:", "/srv", /begins with a slash/],
      ["mount:/", "/srv", /the home/],
      ["mount:/..", "/srv", /the home/],
      ["mount:/a", "", /expected a directory and letters/],
      ["mount:/a", '""', /expected a directory and letters/],
      ["mount:/a", "/srv/my photos elr", /double quotes/],
      ["mount:/a", "/srv/my photos", /unknown permission letter "p".*double quotes/],
      ["mount:/a", '"/srv" elx', /unknown permission letter "x", the letters are elradfmwMT/],
    ] as const
  ) {
    const mount = parseMount(key, text);
    assert.ok(typeof mount === "string", `${key} = ${text}`);
    assert.match(mount, reason);
  }
});

function mountAt(at: string, letters?: string, home = `/disks${at}`): HomeMount {
  const own = letters === undefined ? {} : { letters: permissionsOf(letters).letters };
  return { at: resolvePathname(ROOT, at), home, ...own };
}

function lettersAt(permissions: Permissions, path: string): string {
  return [...permissions.lettersAt(resolvePathname(ROOT, path))].join("");
}

Deno.test("A mount has its own letters, those of what it lies in, and those of directories in it", () => {
  const own = permissionsOf("elrw", { "/photos/new": "w", "/docs": "l" });
  const mounts = [
    mountAt("/photos/old"),
    mountAt("/photos", "elr"),
    mountAt("/docs"),
    mountAt("/free"),
    mountAt("/photos/new/x"),
  ];
  const permissions = withMounts({ home: "/home", permissions: own, mounts });
  for (
    const [path, letters] of [
      ["/", "elrw"],
      ["/photos", "elr"],
      ["/photos/a/b", "elr"],
      ["/photos/old/a", "elr"],
      ["/photos/new/a", "w"],
      ["/photos/new/x", "w"],
      ["/docs/a", "l"],
      ["/free", "elrw"],
    ] as const
  ) assert.equal(lettersAt(permissions, path), letters, path);
  // Each keeps its place.
  for (const { at } of mounts) assert.ok(permissions.hasOverrideWithin(at), at);
  assert.equal(withMounts({ home: "/home", permissions: own }), own);
});

Deno.test("Where the directory of a mount lies in the home or another mount, both letters hold, also before it is there", () => {
  const own = permissionsOf("elrf", { "/b": "el" });
  const mounts = [
    mountAt("/full", "elrfwd", "/home/a/x"),
    mountAt("/less", "e", "/disk/inner"),
    mountAt("/disk", undefined, "/disk"),
    mountAt("/beside", "", "/homeless"),
    mountAt("/itself", "", "/home"),
  ];
  const permissions = withMounts({ home: "/home", permissions: own, mounts });
  for (
    const [path, letters] of [
      ["/a/x/file", "elrf"],
      ["/full/file", "elrfwd"],
      ["/a/file", "elrf"],
      ["/disk/inner", "e"],
      ["/disk", "elrf"],
      ["/less", "e"],
    ] as const
  ) assert.equal(lettersAt(permissions, path), letters, path);
  for (const path of ["/a", "/a/x", "/disk/inner", "/itself/a/x"]) {
    assert.ok(permissions.hasOverrideWithin(resolvePathname(ROOT, path)), path);
  }
});
