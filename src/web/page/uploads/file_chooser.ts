/** The browser's own dialogs that choose files, or one folder with all in it. */

/** Opens the dialog. Must be called from a click. Resolves with nothing when the person chose nothing. */
export function chooseFiles(what: "files" | "folder"): Promise<File[]> {
  const input = document.createElement("input");
  input.type = "file";
  if (what === "folder") input.webkitdirectory = true;
  else input.multiple = true;
  return new Promise((resolve) => {
    const settle = (): void => resolve([...input.files ?? []]);
    input.addEventListener("change", settle, { once: true });
    input.addEventListener("cancel", settle, { once: true });
    input.click();
  });
}
