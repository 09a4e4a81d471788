/** What a file is, by the end of its name: its icon, and how it is previewed. */

import type { IconName } from "../kit/icon.tsx";

export type Kind = "image" | "text" | "pdf" | "audio" | "video" | "archive" | "other";

/** The ends of names of each kind. What a browser cannot show is left out. */
const ENDS: readonly (readonly [Kind, string])[] = [
  ["image", "png jpg jpeg jfif gif webp avif bmp ico svg apng"],
  [
    "text",
    "txt md markdown log csv tsv json jsonl yaml yml xml toml ini conf cfg properties env html htm css js mjs cjs " +
    "ts tsx jsx vue py rb pl php java kt c h cc cpp hpp cs go rs swift sh bash zsh fish bat ps1 sql tex rst srt vtt " +
    "diff patch lua r m scala dart asm makefile dockerfile gitignore license readme nfo sha256 md5 asc pem crt",
  ],
  ["pdf", "pdf"],
  ["audio", "mp3 m4a aac ogg oga opus flac wav weba"],
  ["video", "mp4 m4v webm ogv mov"],
  ["archive", "zip tar gz tgz bz2 xz zst 7z rar iso deb rpm jar"],
];

const KINDS = new Map(ENDS.flatMap(([kind, ends]) => ends.split(" ").map((end) => [end, kind] as const)));

const ICONS: Readonly<Record<Kind, IconName>> = {
  image: "image",
  text: "text",
  pdf: "text",
  audio: "audio",
  video: "video",
  archive: "archive",
  other: "file",
};

/** The kind of a file of that name. */
export function kindOf(name: string): Kind {
  // A name without a dot is its own end: Makefile, README.
  return KINDS.get(name.slice(name.lastIndexOf(".") + 1).toLowerCase()) ?? "other";
}

export function iconOf(name: string): IconName {
  return ICONS[kindOf(name)];
}

/** Whether the page can show what is in a file of that name. */
export function hasPreview(name: string): boolean {
  const kind = kindOf(name);
  return kind !== "other" && kind !== "archive";
}
