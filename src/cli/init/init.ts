/** `init`: an accounts file with settings, from the answers to five questions. */

import { loadSettings } from "../../config/load.ts";
import type { Settings } from "../../config/schema.ts";
import { type IniDocument, parseIniDocument } from "../../ini/ini_document.ts";
import { appendUserSection } from "../../ini/ini_edit.ts";
import { formatProblem } from "../../ini/problem.ts";
import { passivePorts } from "../../options/kinds.ts";
import { readAccountsFile } from "../../users/accounts_file.ts";
import { updateAccountsFile } from "../../users/accounts_file_update.ts";
import { fileErrorReason } from "../../users/file_error.ts";
import { hashPassword } from "../../users/password.ts";
import { PERMISSION_LETTERS } from "../../users/permissions.ts";
import { ACCOUNTS_FILE_HEADER } from "../../accounts/accounts_file_header.ts";
import { links, ownAddresses } from "../announcement.ts";
import { DEFAULT_CONFIG_FILE } from "../command.ts";
import { wrap } from "../help.ts";
import { shellWord } from "../shell_word.ts";
import { callOf, print } from "../terminal.ts";
import type { Answers } from "./answers.ts";
import { serverSection } from "./server_section.ts";
import { InitError, refuseTaken } from "./taken_names.ts";

const WIDTH = 80;

/** What is done with the answers. */
export interface InitOptions extends Answers {
  /** The accounts file, as the person named it. */
  readonly configFile: string;
  /** Of the new account; shown once where it was made up. */
  readonly password: { readonly text: string; readonly isGenerated: boolean };
  /** The default export of config.ts. */
  readonly config: unknown;
}

/**
 * Writes the file and says how to start.
 *
 * @throws {InitError | AccountsFileError} when it cannot be written.
 */
export async function writeFiles(options: InitOptions): Promise<void> {
  const { configFile, config, home, password } = options;
  const stored = await hashPassword(password.text);
  await makeFolder(home);
  let hadSettings = false;
  await updateAccountsFile(configFile, (document) => {
    hadSettings = document.server !== undefined;
    return newText(document, { ...options, stored });
  });
  const { settings } = loadSettings({ config, document: await readAccountsFile(configFile) });
  print(ending({ ...options, settings, hadSettings }));
}

/** The last folder of the path alone: a mistyped one makes no others. */
async function makeFolder(path: string): Promise<void> {
  await Deno.mkdir(path).catch((cause) => {
    if (cause instanceof Deno.errors.AlreadyExists) return;
    throw new InitError(`Cannot make ${path}: ${fileErrorReason(cause)}`, { cause });
  });
}

function newText(document: IniDocument, options: InitOptions & { stored: string }): string {
  const { name, home, access, configFile, config, stored } = options;
  const [problem] = document.problems;
  if (problem) throw new InitError(formatProblem(problem));
  refuseTaken(document, { name, configFile });
  const permissions = access === "write" ? Object.keys(PERMISSION_LETTERS).join("") : "elr";
  const begun = document.text === "" ? ACCOUNTS_FILE_HEADER : document.text;
  // What is set already stays; the person is told what would be set.
  const text = document.server
    ? begun
    : parted(begun) + serverSection({ ...options, settings: loadSettings({ config }).settings });
  return appendUserSection(parseIniDocument(text), name, { password: stored, home, permissions });
}

/** The text, with an empty line at its end. */
function parted(text: string): string {
  return `${text}${text.endsWith("\n") ? "" : "\n"}\n`;
}

function ending(options: InitOptions & { settings: Settings; hadSettings: boolean }): string {
  const { name, password, home, access, reach, configFile, settings, hadSettings } = options;
  const config = configFile === DEFAULT_CONFIG_FILE ? "" : `--config ${shellWord(configFile)}`;
  const ports = passivePorts.format(settings.passivePorts);
  return [
    `The account is in ${configFile}`,
    `  user      ${name}`,
    `  password  ${password.isGenerated ? password.text : "as given"}`,
    `  folder    ${home}, to read${access === "write" ? " and write" : " only"}`,
    "",
    ...hadSettings
      ? [
        ...note(`${configFile} has settings already, which stay as they are. Wanted was:`),
        serverSection(options),
      ]
      : [],
    "Start it with",
    `  ${callOf(config).trimEnd()}`,
    "Then it is at",
    ...links(settings.hostname, settings.port, ownAddresses()).map((link) => `  ${link}`),
    ...reach === "house" ? [] : [
      "",
      ...note(
        `For the internet, let the router send port ${settings.port} and the ports ${ports} to this machine, and ` +
          `set masquerade-address in ${configFile} to the name or address that it has there.`,
      ),
    ],
    ...password.isGenerated
      ? ["", ...note(`The password is not shown again; "${callOf(`passwd ${name}`)}" sets another.`)]
      : [],
  ].join("\n");
}

function note(text: string): string[] {
  return wrap(text.split(" "), WIDTH);
}
