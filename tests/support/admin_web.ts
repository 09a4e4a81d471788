/** A server with the page, an accounts file and an administrator: what `serve` puts together, in one thread. */

import type { WebPage } from "../../src/web/web_page.ts";
import { controlledServer } from "../../src/cli/controlled.ts";
import { PageControl } from "../../src/cli/page_control.ts";
import type { InForce } from "../../src/cli/reload.ts";
import type { RunningServer } from "../../src/cli/running_server.ts";
import { StopSignal } from "../../src/cli/signals.ts";
import { loadSettings } from "../../src/config/load.ts";
import { BanList } from "../../src/guard/ban_list.ts";
import { LogTail } from "../../src/telemetry/log_tail.ts";
import { openLog } from "../../src/telemetry/log.ts";
import { HomeLooks } from "../../src/users/home_looks.ts";
import { IniUserStore } from "../../src/users/ini_user_store.ts";
import type { OpenBans } from "../../src/cli/open_bans.ts";
import { startWebServer, type TestWeb } from "./web_server.ts";

/** A running server. */
export interface AdminWeb extends AsyncDisposable {
  readonly web: TestWeb;
  /** The accounts file. */
  readonly configFile: string;
  /** A folder beside it, the home of all accounts. */
  readonly home: string;
}

const SECTION = (name: string, more = ""): string =>
  `[user:${name}]\npassword = secret\nhome = home\npermissions = elradfmwMT\n${more}\n`;

/** Starts one with the accounts `root`, who is an administrator, and `bob`. */
export async function startAdminWeb(options: { readonly page?: WebPage } = {}): Promise<AdminWeb> {
  await using opened = new AsyncDisposableStack();
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "baseftp-admin-" }));
  opened.defer(() => Deno.remove(folder, { recursive: true }));
  const [configFile, home] = [`${folder}/baseftp.ini`, `${folder}/home`];
  await Deno.mkdir(home);
  await Deno.writeTextFile(configFile, SECTION("root", "admin = yes\n") + SECTION("bob"), { mode: 0o600 });
  const looks = new HomeLooks();
  const anonymous = { enabled: false, home: "" };
  const users = opened.use(await IniUserStore.open({ path: configFile, anonymous, looks }));
  const tail = new LogTail();
  const log = opened.use(await openLog({ level: "info", console: false, colors: false, tail }));
  const bans = new BanList();
  const pageControl = new PageControl({ users, record: log.record });
  const web = opened.use(
    await startWebServer({
      ...options,
      users: () => users,
      record: log.record,
      options: { administer: pageControl.act, bans, maxConnections: 0 },
    }),
  );
  const { settings } = loadSettings({ config: {} });
  const inForce: InForce = { settings, identities: undefined, accounts: users.everyone };
  const running: Pick<RunningServer, "control" | "quotas" | "address"> = web.server;
  const report = {
    isDone: true,
    problems: [],
    settings: [],
    needRestart: [],
    accounts: { added: [], changed: [], removed: [] },
  };
  pageControl.serve(controlledServer({
    ...{ configFile, config: {}, users, looks, tail },
    server: running as RunningServer,
    bans: { list: bans, file: { written: () => Promise.resolve() } } as unknown as OpenBans,
    links: undefined,
    stop: opened.use(new StopSignal()),
    inForce: () => inForce,
    reload: () => Promise.resolve(report),
  }));
  const all = opened.move();
  return { web, configFile, home, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
