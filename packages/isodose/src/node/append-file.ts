import { type FileHandle, open } from "node:fs/promises";

/** A file that grows by what is appended, through one buffer. */
export interface AppendFile {
  readonly append: (bytes: Uint8Array) => Promise<void>;
  /** Bytes appended so far. */
  readonly length: () => number;
  /** Write what is left in the buffer and give the file in pieces, from its beginning. */
  readonly read: () => AsyncGenerator<Uint8Array<ArrayBuffer>>;
  readonly close: () => Promise<void>;
}

/** Open a new file for appending. @param bufferBytes - what is collected in memory before it is written */
export async function appendFile(path: string, bufferBytes: number): Promise<AppendFile> {
  const handle = await open(path, "wx+");
  const buffer = new Uint8Array(bufferBytes);
  let used = 0;
  let length = 0;
  const flush = async () => {
    await writeAll(handle, buffer.subarray(0, used));
    used = 0;
  };
  return {
    append: async (bytes) => {
      length += bytes.length;
      if (used + bytes.length > bufferBytes) await flush();
      if (bytes.length > bufferBytes) await writeAll(handle, bytes);
      else {
        buffer.set(bytes, used);
        used += bytes.length;
      }
    },
    length: () => length,
    read: async function* () {
      await flush();
      for (let at = 0; at < length; ) {
        const piece = new Uint8Array(Math.min(bufferBytes, length - at));
        const { bytesRead } = await handle.read(piece, 0, piece.length, at);
        if (bytesRead === 0) throw new Error(`${path} ends at ${at} of ${length} bytes`);
        yield piece.subarray(0, bytesRead);
        at += bytesRead;
      }
    },
    close: () => handle.close(),
  };
}

/** Write all of `bytes` where the file stands. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at);
    at += bytesWritten;
  }
}
