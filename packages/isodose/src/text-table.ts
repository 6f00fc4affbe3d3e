/**
 * Rows as text in columns; numbers to the right.
 * @param rows - the first is the header
 */
export function textTable(rows: readonly (readonly string[])[]): string {
  const columns = rows[0]!.length;
  const widths = Array.from({ length: columns }, (_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  const numeric = widths.map((_, c) =>
    rows.slice(1).every((row) => row[c] === "" || row[c] === "–" || /^[-+]?[\d.]+/.test(row[c]!)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, c) => (numeric[c] ? cell.padStart(widths[c]!) : cell.padEnd(widths[c]!)))
      .join("  ")
      .trimEnd();
  return [line(rows[0]!), widths.map((w) => "─".repeat(w)).join("  "), ...rows.slice(1).map(line)].join("\n");
}
