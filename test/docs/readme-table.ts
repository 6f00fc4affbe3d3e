/** A Markdown table with its columns aligned, as the formatter wants it. The first row is the header. */
export function alignedTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, c) => cell.padEnd(widths[c]!)).join(" | ")} |`;
  const rule = widths.map((width) => "-".repeat(width));
  return [rows[0]!, rule, ...rows.slice(1)].map(line).join("\n");
}

/** The README with a table between the markers `<!-- name -->` and `<!-- /name -->`. */
export function withTable(readme: string, name: "accuracy" | "speed", table: string): string {
  const marked = new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- /${name} -->`);
  return readme.replace(marked, `<!-- ${name} -->\n\n${table}\n\n<!-- /${name} -->`);
}
