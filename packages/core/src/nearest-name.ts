/**
 * The name of a list that a person most likely meant: smallest edit distance (insert, delete, replace), the first of equals;
 * where more than half of the letters differ, the first that the name begins (coverage: coveragePercent).
 *
 * @returns undefined where nothing is near or the list is empty
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 2)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  if (nearest !== undefined || name.length < 3) return nearest;
  return known.find((candidate) => candidate.toLowerCase().startsWith(name.toLowerCase()));
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
