/** The bytes of one file, with the name that messages call it by. Where bytes come from is the caller's business. */
export interface NamedBytes {
  /** Path or file name, for messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a set of files is called in a message: their common folder, or "." */
export function folderOf(files: readonly NamedBytes[]): string {
  const name = files[0]?.name ?? ".";
  const slash = Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\"));
  return slash > 0 ? name.slice(0, slash) : ".";
}

/** Last part of a path. */
export function baseName(name: string): string {
  return name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
}
