/** The bans that a server starts with, and the file that keeps them. */

import { BanFile, BanFileError, banFileOf, readBanFile } from "../guard/ban_file.ts";
import { BanList } from "../guard/ban_list.ts";

/** Where what is wrong is told. */
export interface BansLog {
  readonly warn: (message: string) => void;
  readonly error: (message: string) => void;
}

/** The bans of a server. Disposing writes what has changed. */
export interface OpenBans extends AsyncDisposable {
  readonly list: BanList;
  readonly file: BanFile;
}

/** Reads the bans beside the accounts file. Whatever is wrong with them is told, and keeps nobody waiting. */
export async function openBans(configFile: string, { warn, error }: BansLog): Promise<OpenBans> {
  const path = banFileOf(configFile);
  const { bans, problems } = await readBanFile(path).catch((cause) => {
    if (!(cause instanceof BanFileError)) throw cause;
    return { bans: [], problems: [`${cause.message}; nobody is banned`] };
  });
  for (const problem of problems) error(problem);
  const list = new BanList({ bans });
  const file = new BanFile({ path, list, onProblem: warn });
  return {
    list,
    file,
    async [Symbol.asyncDispose](): Promise<void> {
      list[Symbol.dispose]();
      await file[Symbol.asyncDispose]();
    },
  };
}
