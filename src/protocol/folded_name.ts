/** Names as disks compare them that fold case: one spelling for all that some disk takes for the same. */

/** The name without case, composition of letters, and what is not seen. */
export function foldedName(name: string): string {
  const seen = name.normalize("NFKD").replace(/\p{Default_Ignorable_Code_Point}/gu, "");
  return seen.toUpperCase().toLowerCase().normalize("NFKD");
}
