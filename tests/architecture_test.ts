/** Tests of the architecture: imports point one way, every file says its job, pure folders stay pure. */

import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url);

/** The layers from the bottom up. Those that share a line do not import each other. */
const LAYERS: readonly (readonly string[])[] = [
  ["protocol"],
  ["telemetry", "ini", "passwords"],
  ["net", "limits", "users"],
  ["bytes", "guard", "accounts", "acme", "links", "metrics"],
  ["storage", "front_office", "options", "native", "quota"],
  ["session", "hooks", "web"],
  ["server"],
  ["config"],
  ["control"],
  ["cli"],
  ["main"],
];

/** Layers of pure functions. */
const PURE: ReadonlySet<string> = new Set(["protocol"]);

/** What a pure file may not mention, comments included. */
const IMPURE =
  /\bDeno\.|\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bMath\.random\b|\bcrypto\.|"node:|\bsetTimeout\b|\bfetch\(/;

/** An import as it stands in a file. */
interface Import {
  /** The imported file from the root of the project, or the text as it stands when it is no relative path. */
  readonly target: string;
  readonly isRelative: boolean;
  readonly isTypeOnly: boolean;
}

/** The source texts of the program, by path from the root of the project. */
type Sources = ReadonlyMap<string, string>;

/** The layer that a file belongs to; undefined for a place that the architecture does not know. */
function layerOf(path: string): string | undefined {
  if (path === "main.ts") return "main";
  if (path === "config.ts") return "config";
  const [top, folder, ...rest] = path.split("/");
  if (top !== "src" || folder === undefined) return undefined;
  // The server and the parts that carry it lie flat in src; those of its workers have a folder.
  return rest.length === 0 || folder === "workers" ? "server" : folder;
}

function rankOf(layer: string): number {
  return LAYERS.findIndex((layers) => layers.includes(layer));
}

/** Every import and re-export of a file, dynamic imports and workers included. */
function importsOf(path: string, source: string): Import[] {
  const found = [
    ...source.matchAll(/^\s*(?:import|export)\s(?<clause>[^"';]*?)\bfrom\s*["'](?<target>[^"']+)["']/gm),
    ...source.matchAll(/^\s*import\s*["'](?<target>[^"']+)["']/gm),
    ...source.matchAll(/^(?!\s*(?:\*|\/\/|\/\*)).*?\bimport\(\s*["'](?<target>[^"']+)["']/gm),
    ...source.matchAll(/\bnew URL\(\s*["'](?<target>\.[^"']+\.tsx?)["'],\s*import\.meta\.url/g),
  ];
  return found.map(({ groups }) => {
    const target = groups!.target!;
    const isRelative = target.startsWith(".");
    return {
      target: isRelative ? new URL(target, new URL(path, "file:///")).pathname.slice(1) : target,
      isRelative,
      isTypeOnly: /^type\s/.test(groups!.clause ?? ""),
    };
  });
}

/** Imports that point up or sideways, as sentences. */
function wrongArrows(sources: Sources): string[] {
  const wrong: string[] = [];
  for (const [path, source] of sources) {
    const layer = layerOf(path);
    if (layer === undefined || rankOf(layer) === -1) {
      wrong.push(`${path} lies in a folder that has no layer`);
      continue;
    }
    for (const { target, isRelative, isTypeOnly } of importsOf(path, source)) {
      const reason = reasonAgainst({ path, layer, target, isRelative, isTypeOnly });
      if (reason !== undefined) wrong.push(`${path} imports ${target}: ${reason}`);
    }
  }
  return wrong;
}

/** Why an import is not allowed; undefined when it is. */
function reasonAgainst(
  { path, layer, target, isRelative, isTypeOnly }: Import & { path: string; layer: string },
): string | undefined {
  if (path === "config.ts" && !(target === "src/config/schema.ts" && isTypeOnly)) {
    return "the settings import only types, from src/config/schema.ts";
  }
  if (!isRelative) return undefined;
  const targetLayer = layerOf(target);
  if (targetLayer === undefined || rankOf(targetLayer) === -1) return "the target is not part of the program";
  if (targetLayer !== layer) {
    if (rankOf(targetLayer) < rankOf(layer)) return undefined;
    return rankOf(targetLayer) === rankOf(layer)
      ? `${layer} and ${targetLayer} do not import each other`
      : `${targetLayer} is above ${layer}`;
  }
  if (target.startsWith("src/session/commands/") && !path.startsWith("src/session/commands/")) {
    return "the commands are handed to the session, which does not know them";
  }
  return undefined;
}

/** Chains of imports that lead back to where they began, each as `a > b > a`. */
function cycles(sources: Sources): string[] {
  const found: string[] = [];
  const state = new Map<string, "open" | "done">();
  const trail: string[] = [];
  const visit = (path: string): void => {
    if (state.get(path) === "done") return;
    if (state.get(path) === "open") {
      found.push([...trail.slice(trail.indexOf(path)), path].join(" > "));
      return;
    }
    state.set(path, "open");
    trail.push(path);
    for (const { target } of importsOf(path, sources.get(path)!)) if (sources.has(target)) visit(target);
    trail.pop();
    state.set(path, "done");
  };
  for (const path of sources.keys()) visit(path);
  return found;
}

/** Relative imports of files that do not exist. */
function missingTargets(sources: Sources): string[] {
  return [...sources].flatMap(([path, source]) =>
    importsOf(path, source)
      .filter(({ target, isRelative }) => isRelative && !sources.has(target))
      .map(({ target }) => `${path} imports ${target}`)
  );
}

/** Files whose first line is not a doc comment of a few words. */
function withoutJob(sources: Sources): string[] {
  return [...sources]
    .filter(([, source]) => !/^\/\*\*(?: |\n \* )\S.{15,}/.test(source))
    .map(([path]) => path);
}

/** The widest a comment may be, columns. */
const COMMENT_COLUMNS = 110;

/** Comments that are wider, as `file:line`. */
function wideComments(sources: Sources): string[] {
  return [...sources].flatMap(([path, source]) =>
    source.split("\n").flatMap((line, at) =>
      line.length > COMMENT_COLUMNS && /^\s*(?:\/\*\*|\*|\/\/)|\s\/\/ /.test(line) ? `${path}:${at + 1}` : []
    )
  );
}

/** Where the storage calls the system's files: the disks themselves, and what reads the table of mounts. */
const DISKS: ReadonlySet<string> = new Set(
  ["patient_disk", "direct_disk", "disk_service", "mounts"].map((name) => `src/storage/${name}.ts`),
);

/** Calls to files that go past the door to the disk, as `file: call`. */
function callsPastTheDoor(sources: Sources): string[] {
  const call = /\bDeno\.(?!FileInfo|DirEntry|OpenOptions|FsFile|build|errors|SeekMode)\w+|"node:fs[^"]*"/g;
  return [...sources].flatMap(([path, source]) => {
    if (!path.startsWith("src/storage/") || DISKS.has(path)) return [];
    return Array.from(source.matchAll(call), ([call]) => `${path}: ${call}`);
  });
}

/** Files that open libraries or look at memory by its address, besides the one that may. */
function openersOfLibraries(sources: Sources): string[] {
  return [...sources].filter(([path, source]) =>
    path !== "src/native/libc.ts" && /\bDeno\.(?:dlopen|Unsafe\w+)/.test(source)
  ).map(([path]) => path);
}

/** Imports between what runs in browsers and what runs in the server, the texts that both show left out. */
function mixtures(sources: Sources): string[] {
  const isPage = (path: string): boolean => path.startsWith("src/web/page/");
  return [...sources].flatMap(([path, source]) =>
    importsOf(path, source)
      .filter(({ target, isRelative }) => isRelative && isPage(target) !== isPage(path))
      .filter(({ target }) => !(isPage(path) && target.startsWith("src/web/texts/")))
      .map(({ target }) => `${path} imports ${target}`)
  );
}

/** Files and folders that refuse with errors of their own: others than FTP sessions stand on them too. */
const WITHOUT_REPLIES: readonly string[] = ["src/protocol/pathname.ts"];

/** Those of them that know FTP replies all the same. */
function knowersOfReplies(sources: Sources): string[] {
  return [...sources].filter(([path, source]) =>
    WITHOUT_REPLIES.some((place) => path.startsWith(place)) &&
    importsOf(path, source).some(({ target }) => target === "src/protocol/reply.ts")
  ).map(([path]) => path);
}

/** What pure files mention and may not, as `file: mention`. */
function impurities(sources: Sources): string[] {
  return [...sources].flatMap(([path, source]) => {
    const mention = PURE.has(layerOf(path) ?? "") ? IMPURE.exec(source)?.[0] : undefined;
    return mention === undefined ? [] : [`${path}: ${mention}`];
  });
}

/** The paths of all files below a directory of the project, hidden and built ones left out. */
async function filesBelow(directory: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(new URL(directory, ROOT))) {
    if (name.startsWith(".") || name === "dist") continue;
    if (isDirectory) found.push(...await filesBelow(`${directory}${name}/`));
    else if (isFile) found.push(`${directory}${name}`);
  }
  return found.toSorted();
}

/** The program as it stands on disk. */
async function readSources(): Promise<Sources> {
  const paths = (await filesBelow("./")).map((path) => path.slice(2)).filter((path) =>
    path === "main.ts" || path === "config.ts" || /^src\/.*\.tsx?$/.test(path)
  );
  return new Map(
    await Promise.all(
      paths.map(async (path) => [path, await Deno.readTextFile(new URL(path, ROOT))] as const),
    ),
  );
}

Deno.test("Every import points down the layers", async () => {
  const sources = await readSources();
  assert.ok(sources.has("src/protocol/pathname.ts") && sources.has("src/users/permissions.ts"));
  assert.deepEqual(wrongArrows(sources), []);
});

Deno.test("No imports lead in a circle", async () => {
  assert.deepEqual(cycles(await readSources()), []);
});

Deno.test("Every relative import leads to a file", async () => {
  assert.deepEqual(missingTargets(await readSources()), []);
});

Deno.test("Every file says its job in its first line", async () => {
  assert.deepEqual(withoutJob(await readSources()), []);
});

Deno.test("Pure folders know no Deno, no clock and no chance", async () => {
  assert.deepEqual(impurities(await readSources()), []);
});

Deno.test("The storage calls the disk through its door alone", async () => {
  assert.deepEqual(callsPastTheDoor(await readSources()), []);
  assert.deepEqual(callsPastTheDoor(new Map([["src/storage/a.ts", "await Deno.rename(a, b)"]])), [
    "src/storage/a.ts: Deno.rename",
  ]);
});

Deno.test("The system's own calls have one door", async () => {
  assert.deepEqual(openersOfLibraries(await readSources()), []);
  const opener = new Map([["src/net/a.ts", "Deno.dlopen(path, {})"]]);
  assert.deepEqual(openersOfLibraries(opener), ["src/net/a.ts"]);
});

Deno.test("What runs in browsers and what runs in the server share texts and nothing else", async () => {
  assert.deepEqual(mixtures(await readSources()), []);
  for (
    const [path, target] of [["src/web/page/a.tsx", "../b.ts"], ["src/web/b.ts", "./page/a.tsx"]] as const
  ) {
    assert.equal(mixtures(program({ [path]: [target] })).length, 1, path);
  }
  assert.deepEqual(mixtures(program({ "src/web/page/a.tsx": ["../texts/b.ts", "./c.ts", "preact"] })), []);
});

Deno.test("An I/O thread loads nothing that sessions are made of", async () => {
  const sources = await readSources();
  assert.deepEqual(loadedWith("src/workers/io_worker.ts", sources).outside, []);
});

Deno.test("What others than FTP sessions stand on knows no FTP replies", async () => {
  const sources = await readSources();
  for (const place of WITHOUT_REPLIES) {
    assert.ok([...sources.keys()].some((path) => path.startsWith(place)), place);
  }
  assert.deepEqual(knowersOfReplies(sources), []);
  const knower = "src/protocol/pathname.ts";
  assert.deepEqual(knowersOfReplies(program({ [knower]: ["./reply.ts"] })), [knower]);
});

Deno.test("Comments keep to their width", async () => {
  assert.deepEqual(wideComments(await readSources()), []);
});

Deno.test("There is no package.json, which would make an executable swallow node_modules whole", async () => {
  const files = await filesBelow("./");
  assert.ok(files.includes("./deno.json"));
  assert.deepEqual(files.filter((path) => /(?:^|\/)package(?:-lock)?\.json$/.test(path)), []);
});

Deno.test("Every test file says its job in its first line", async () => {
  const paths = (await filesBelow("./tests/")).filter((path) => path.endsWith(".ts"));
  const sources = new Map(
    await Promise.all(
      paths.map(async (path) => [path, await Deno.readTextFile(new URL(path, ROOT))] as const),
    ),
  );
  assert.ok(sources.has("./tests/architecture_test.ts"));
  assert.deepEqual(withoutJob(sources), []);
});

/** A program of these files, each of which imports those targets. */
function program(imports: Record<string, string[]>): Sources {
  return new Map(
    Object.entries(imports).map(([path, targets]) => [
      path,
      targets.map((target) => `import { a } from "${target}";\n`).join(""),
    ]),
  );
}

Deno.test("This test finds arrows that point up or sideways", () => {
  const wrong: [path: string, target: string][] = [
    ["src/protocol/a.ts", "../telemetry/b.ts"],
    ["src/telemetry/a.ts", "../net/b.ts"],
    ["src/net/a.ts", "../limits/b.ts"],
    ["src/limits/a.ts", "../users/b.ts"],
    ["src/users/a.ts", "../net/b.ts"],
    ["src/users/a.ts", "../storage/b.ts"],
    ["src/storage/a.ts", "../session/b.ts"],
    ["src/session/a.ts", "../server.ts"],
    ["src/session/commands/a.ts", "../../session_server.ts"],
    ["src/front_office/a.ts", "../storage/b.ts"],
    ["src/server.ts", "./config/schema.ts"],
    ["src/config/load.ts", "../cli/serve.ts"],
    ["src/cli/serve.ts", "../../main.ts"],
    ["src/session/session.ts", "./commands/table.ts"],
    ["src/utils/a.ts", "../protocol/b.ts"],
    ["src/net/a.ts", "../utils/b.ts"],
    ["src/net/a.ts", "../../tests/support/b.ts"],
    ["config.ts", "./src/protocol/reply.ts"],
    ["config.ts", "./src/config/schema.ts"],
  ];
  for (const [path, target] of wrong) {
    assert.equal(wrongArrows(program({ [path]: [target] })).length, 1, `${path} imports ${target}`);
  }
});

Deno.test("This test lets arrows that point down pass", () => {
  const right = program({
    "src/protocol/a.ts": ["./b.ts", "fast-check"],
    "src/net/a.ts": ["../protocol/b.ts", "../telemetry/b.ts", "node:tls"],
    "src/storage/a.ts": ["../users/b.ts", "../limits/b.ts", "../net/b.ts"],
    "src/session/commands/a.ts": ["../session.ts", "./command.ts", "../../storage/b.ts"],
    "src/server.ts": ["./session/session.ts", "./session/commands/table.ts", "./front_office/b.ts"],
    "src/config/load.ts": ["./schema.ts", "../../config.ts", "../server.ts"],
    "src/cli/serve.ts": ["../config/load.ts", "../server.ts"],
    "main.ts": ["./src/cli/main.ts"],
  });
  assert.deepEqual(wrongArrows(right), []);
  const settings = new Map([["config.ts", 'import type { Settings } from "./src/config/schema.ts";\n']]);
  assert.deepEqual(wrongArrows(settings), []);
});

Deno.test("This test reads every form of import and no example in a comment", () => {
  const source = [
    'import a from "./1.ts";',
    'import type { A } from "./2.ts";',
    "import {",
    "  b,",
    "  type B,",
    '} from "./3.ts";',
    'import * as c from "./4.ts";',
    'import "./5.ts";',
    'export { d } from "./6.ts";',
    'export * from "./7.ts";',
    'const e = await import("./8.ts");',
    'const f = new Worker(new URL("./9.ts", import.meta.url));',
    " * import { FtpServer } from './no.ts';",
    " * const g = await import('./no.ts');",
    "// import './no.ts';",
    'export const text = "from ./no.ts";',
  ].join("\n");
  const imports = importsOf("src/net/a.ts", source);
  assert.deepEqual(
    imports.map(({ target }) => target).toSorted(),
    Array.from({ length: 9 }, (_, at) => `src/net/${at + 1}.ts`),
  );
  assert.deepEqual(imports.filter(({ isTypeOnly }) => isTypeOnly).map(({ target }) => target), [
    "src/net/2.ts",
  ]);
});

Deno.test("This test finds circles, also of types and through other folders", () => {
  assert.deepEqual(
    cycles(program({ "src/a/a.ts": ["./b.ts"], "src/a/b.ts": ["./c.ts"], "src/a/c.ts": [] })),
    [],
  );
  assert.deepEqual(
    cycles(program({ "src/a/a.ts": ["../b/b.ts"], "src/b/b.ts": ["./c.ts"], "src/b/c.ts": ["../a/a.ts"] })),
    ["src/a/a.ts > src/b/b.ts > src/b/c.ts > src/a/a.ts"],
  );
  assert.deepEqual(cycles(program({ "src/a/a.ts": ["./a.ts"] })), ["src/a/a.ts > src/a/a.ts"]);
  assert.equal(
    cycles(
      new Map([["a.ts", 'import type { B } from "./b.ts";'], ["b.ts", 'import type { A } from "./a.ts";']]),
    ).length,
    1,
  );
});

Deno.test("This test finds missing files, missing first lines and impure mentions", () => {
  assert.equal(missingTargets(program({ "src/net/a.ts": ["./gone.ts", "node:tls"] })).length, 1);
  const job = "/** Replies: a three-digit code with one or more lines of text. */\n";
  assert.deepEqual(
    withoutJob(
      new Map([["a.ts", job], ["b.ts", `\n${job}`], ["c.ts", 'import "x";\n'], ["d.ts", "/** */\n"], [
        "e.ts",
        "// x\n",
      ]]),
    ),
    ["b.ts", "c.ts", "d.ts", "e.ts"],
  );
  for (
    const mention of [
      "Deno.readFile(a)",
      "Date.now()",
      "new Date()",
      "Math.random()",
      'import fs from "node:fs";',
    ]
  ) {
    assert.equal(impurities(new Map([["src/protocol/a.ts", mention]])).length, 1, mention);
    assert.equal(impurities(new Map([["src/net/a.ts", mention]])).length, 0, mention);
  }
  assert.deepEqual(impurities(new Map([["src/protocol/a.ts", "new Date(timeMs)"]])), []);
});

/** What a file loads when it is loaded itself. */
interface Loaded {
  /** The files of the program. */
  readonly files: ReadonlySet<string>;
  /** The names of the other modules, with who wants them. */
  readonly outside: readonly string[];
}

function loadedWith(entry: string, sources: Sources): Loaded {
  const outside: string[] = [];
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const source = sources.get(path)!;
    for (
      const [, clause = "", target] of source.matchAll(/^(?:import|export)\s([^"';]*?)\bfrom\s*"([^"]+)"/gm)
    ) {
      const names = /\{([^}]*)\}/.exec(clause)?.[1]?.split(",").map((name) => name.trim()).filter(Boolean);
      if (/^type\s/.test(clause) || names?.every((name) => name.startsWith("type "))) continue;
      if (!target!.startsWith(".")) outside.push(`${path} loads ${target}`);
      else visit(new URL(target!, new URL(path, "file:///")).pathname.slice(1));
    }
  };
  visit(entry);
  return { files: seen, outside };
}

Deno.test("A session worker starts without Node modules and packages, each of which takes memory of every worker", async () => {
  const sources = await readSources();
  assert.deepEqual(loadedWith("src/workers/session_worker.ts", sources).outside, []);
  assert.notDeepEqual(loadedWith("src/net/tls.ts", sources).outside, []);
});

Deno.test("A session worker starts without what only the main thread asks: settings, accounts file, hooks, control", async () => {
  const { files } = loadedWith("src/workers/session_worker.ts", await readSources());
  assert.ok(files.has("src/session/session.ts"));
  const mainThreads =
    /^src\/(?:accounts|options|config|cli|control|hooks|ini|links|passwords|quota|metrics)\/|^src\/users\/account/;
  assert.deepEqual([...files].filter((path) => mainThreads.test(path)), []);
});

Deno.test("Workers load what counts for metrics only where they are started to count", async () => {
  const sources = await readSources();
  const counting = (worker: string): string[] => {
    const { files } = loadedWith(`src/workers/${worker}.ts`, sources);
    return [...files].filter((path) => /measur|^src\/metrics\//.test(path));
  };
  for (const worker of ["session_worker", "web_worker"]) {
    assert.deepEqual(counting(worker), []);
    assert.ok(counting(`measured_${worker}`).includes("src/metrics/tally.ts"));
  }
});

Deno.test("A server starts without what needs an account or a person that asks for it", async () => {
  const { files } = loadedWith("src/cli/commands/serve.ts", await readSources());
  assert.ok(files.has("src/workers/worker_pool.ts"));
  const byNeed =
    /^src\/(?:session|hooks|quota|bytes|links|web|metrics|cli\/metrics)\/|^src\/front_office\/(?:link|second)_|^src\/control\/(?:conversation|actions)|^src\/net\/tls/;
  assert.deepEqual([...files].filter((path) => byNeed.test(path)), []);
});

Deno.test("Who serves no web page loads none of it", async () => {
  const sources = await readSources();
  const ofWeb = (entry: string): string[] =>
    [...loadedWith(entry, sources).files].filter((path) => path.startsWith("src/web/"));
  for (const entry of ["src/cli/commands/serve.ts", "src/cli/commands/share.ts", "src/server.ts"]) {
    assert.deepEqual(ofWeb(entry), [], entry);
  }
  assert.deepEqual(ofWeb("src/workers/session_worker.ts"), []);
  assert.ok(ofWeb("src/workers/web_worker.ts").includes("src/web/web_server.ts"));
});

Deno.test("The web worker loads no FTP session, no Node modules and nothing of the main thread", async () => {
  const { files, outside } = loadedWith("src/workers/web_worker.ts", await readSources());
  assert.deepEqual(outside.filter((load) => load.includes(" node:")), []);
  const others =
    /^src\/(?:session|options|config|cli|control|hooks|ini|passwords|quota|native)\/|^src\/users\/account/;
  assert.deepEqual([...files].filter((path) => others.test(path)), []);
});

Deno.test("The program loads no command at its start: each is loaded when it is called", async () => {
  const sources = await readSources();
  const loaded = new Set<string>();
  const visit = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { target, isTypeOnly } of importsOf(path, sources.get(path)!)) {
      if (!isTypeOnly && sources.has(target)) visit(target);
    }
  };
  visit("main.ts");
  assert.ok(loaded.has("src/cli/arguments.ts"));
  const byNeed = /^src\/cli\/(?:commands|share|init|check|completions)\/|^src\/cli\/(?:help|manpage)\.ts/;
  assert.deepEqual([...loaded].filter((path) => byNeed.test(path)), []);
});
