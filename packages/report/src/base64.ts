const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 of bytes, in Node and in browsers. */
export function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let n = 0; n < bytes.length; n += 3) {
    const word = (bytes[n]! << 16) | ((bytes[n + 1] ?? 0) << 8) | (bytes[n + 2] ?? 0);
    const left = bytes.length - n;
    parts.push(
      LETTERS[word >> 18]! +
        LETTERS[(word >> 12) & 63]! +
        (left > 1 ? LETTERS[(word >> 6) & 63]! : "=") +
        (left > 2 ? LETTERS[word & 63]! : "="),
    );
  }
  return parts.join("");
}
