/** The five questions of `init`. */

import { basename, dirname, join, resolve } from "node:path";
import { defaultSettings } from "../../config/schema.ts";
import type { IniDocument } from "../../ini/ini_document.ts";
import { fileErrorReason, isMissingFile } from "../../users/file_error.ts";
import { protectedFiles } from "../protected_files.ts";
import { FolderError, openFolder } from "../shared_folder.ts";
import type { Answers } from "./answers.ts";
import { BadAnswer, type Interview, type Question } from "./question.ts";
import { InitError, refuseTaken } from "./taken_names.ts";

/** What answers are checked against. */
export interface Surroundings {
  readonly configFile: string;
  /** The accounts file as it is; undefined when there is none. */
  readonly document: IniDocument | undefined;
}

/** How many there are. */
export const QUESTION_COUNT = 5;

/** Asks them all. @throws {UsageError | NoAnswer} as {@linkcode Interview.answerTo} does. */
export async function askAll(interview: Interview, surroundings: Surroundings): Promise<Answers> {
  const home = await interview.answerTo(folderQuestion(surroundings));
  const name = await interview.answerTo(nameQuestion(surroundings));
  const access = await interview.answerTo(ACCESS);
  const reach = await interview.answerTo(REACH);
  const tls = await interview.answerTo(tlsQuestion(reach));
  return { home, name, access, reach, tls };
}

function folderQuestion({ configFile }: Surroundings): Question<string> {
  return {
    flag: "folder",
    text: "Which folder is to be shared? One that is not there is made.",
    standard: "files",
    async read(text): Promise<string> {
      const files = protectedFiles(defaultSettings(), configFile);
      try {
        if (!await isMissing(text)) return await openFolder(text, { files });
        // It is made when all is answered, in a folder that has to be there.
        const path = resolve(text);
        return join(await Deno.realPath(dirname(path)), basename(path));
      } catch (error) {
        if (error instanceof FolderError) throw new BadAnswer(error.message);
        throw new BadAnswer(`Cannot make ${text}: ${fileErrorReason(error)}`);
      }
    },
  };
}

async function isMissing(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => false, isMissingFile);
}

function nameQuestion({ configFile, document }: Surroundings): Question<string> {
  return {
    flag: "user",
    text: "Who is to log in? A name for an account.",
    standard: "ftp",
    read(name): string {
      if (!/^[^\s[\]#;"\p{Cc}]+$/u.test(name)) {
        throw new BadAnswer(
          `Cannot use "${name}": expected a name without blanks, quotes, brackets, # and ;`,
        );
      }
      try {
        refuseTaken(document, { name, configFile });
      } catch (error) {
        throw error instanceof InitError ? new BadAnswer(error.message) : error;
      }
      return name;
    },
  };
}

const ACCESS: Question<Answers["access"]> = {
  flag: "access",
  text: "What may they do?",
  choices: { read: "look around and download", write: "upload, change and delete too" },
  standard: "read",
  read: (word) => word as Answers["access"],
};

const REACH: Question<Answers["reach"]> = {
  flag: "reach",
  text: "Where are they?",
  choices: { house: "in this house, on the same network", internet: "anywhere" },
  standard: "house",
  read: (word) => word as Answers["reach"],
};

function tlsQuestion(reach: Answers["reach"]): Question<Answers["tls"]> {
  return {
    flag: "tls",
    text: "Is TLS to hide passwords and files from others on the way?",
    choices: {
      off: "no: for clients that know nothing of certificates",
      offered: "for clients that ask for it",
      required: "for everybody who logs in",
    },
    standard: reach === "internet" ? "required" : "offered",
    read: (word) => word as Answers["tls"],
  };
}
