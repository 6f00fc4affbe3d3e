/**
 * Short names for files that can be told apart: without `.json` and folders; where two would be equal, with as many folders as it
 * takes; one file named twice gets a number.
 * @example distinctLabels(["a/plan.json", "b/plan.json"]) // ["a/plan", "b/plan"]
 */
export function distinctLabels(names: readonly string[]): readonly string[] {
  const partsOf = (name: string) =>
    name
      .replace(/\.json$/i, "")
      .split(/[\\/]/)
      .filter((part) => part !== "" && part !== ".");
  const paths = names.map(partsOf);
  const wholes = paths.map((parts) => parts.join("/"));
  const labels = paths.map((parts, n) => {
    const others = paths.filter((_, other) => wholes[other] !== wholes[n]);
    const depth = parts.findIndex((_, d) => {
      const label = parts.slice(-d - 1).join("/");
      return !others.some((other) => other.slice(-d - 1).join("/") === label);
    });
    return depth < 0 ? wholes[n]! : parts.slice(-depth - 1).join("/");
  });
  return labels.map((label, n) => {
    const before = labels.slice(0, n).filter((other) => other === label).length;
    return before === 0 ? label : `${label} (${before + 1})`;
  });
}
