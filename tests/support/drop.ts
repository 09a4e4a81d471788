/** Drops files and folders of this machine on a page, as a file manager does. */

import type { Page } from "playwright-core";

/** Drops them a little below the top of what `on` selects. */
export async function drop(page: Page, files: readonly string[], on = ".panel"): Promise<void> {
  const box = (await page.locator(on).first().boundingBox())!;
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  const at = { x: box.x + box.width / 3, y: box.y + Math.min(20, box.height / 2), data };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, ...at });
  }
  await session.detach();
}
