/** Dark or light: as the system says, or as the person has chosen. */

import { signal } from "@preact/signals";
import { rememberInCookie } from "./cookie.ts";

export type Theme = "system" | "light" | "dark";

/** The choice; the server wrote it into the document, so that no page comes up in the wrong colours first. */
export const theme = signal<Theme>(themeOf(document.documentElement.dataset.theme));

/** Changes the colours, here and for the next page. */
export function setTheme(chosen: Theme): void {
  theme.value = chosen;
  document.documentElement.dataset.theme = chosen;
  rememberInCookie("baseftp-theme", chosen);
}

function themeOf(text: string | undefined): Theme {
  return text === "light" || text === "dark" ? text : "system";
}
