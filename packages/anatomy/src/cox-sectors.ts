import type { LesionSpec } from "./lesion-spec.ts";
import type { CoxSector } from "./vertebra.ts";

const SECTORS: readonly CoxSector[] = [1, 2, 3, 4, 5, 6];

/** Sectors that a lesion involves: those it names, else that of its location. */
export function involvedSectors(lesion: LesionSpec): CoxSector[] {
  if (lesion.coxSectors && lesion.coxSectors.length > 0) return [...new Set(lesion.coxSectors)].sort();
  const right = lesion.side === "right";
  switch (lesion.location) {
    case "vertebral-body":
      return [1];
    case "pedicle":
      return [right ? 6 : 2];
    case "lamina":
      return [right ? 5 : 3];
    case "spinous-process":
      return [4];
    default:
      return [];
  }
}

/**
 * Sectors of the clinical target volume: the involved ones and those next to them around the ring 1–2–3–4–5–6.
 *
 *   {1} → {1, 2, 6}    {2} → {1, 2, 3}    {4} → {3, 4, 5}
 *
 * All six only if body, both sides of the arch and spinous process are involved (or the epidural space all around), as
 * circumferential targets are for that alone; otherwise the sector opposite to the first involved one is left out.
 *
 * @source Cox et al., Int J Radiat Oncol Biol Phys 83 (2012) e597: adjacent normal bony expansion and when to go around
 * (read in the abstract); which sector is next to which follows from the ring
 */
export function coxCtvSectors(involved: readonly CoxSector[], circumferential = false): CoxSector[] {
  if (circumferential) return [...SECTORS];
  const wanted = new Set<CoxSector>();
  for (const sector of involved) {
    for (const step of [-1, 0, 1]) wanted.add((((sector - 1 + step + 6) % 6) + 1) as CoxSector);
  }
  const has = (sector: CoxSector) => involved.includes(sector);
  const around = has(1) && has(4) && (has(2) || has(3)) && (has(5) || has(6));
  if (wanted.size === 6 && !around) {
    // The one that is farthest from what is involved, never an involved one.
    const distance = (sector: CoxSector) =>
      Math.min(...involved.map((other) => Math.min(Math.abs(other - sector), 6 - Math.abs(other - sector))));
    const spare = [...SECTORS].sort((p, q) => distance(q) - distance(p) || q - p)[0]!;
    if (!has(spare)) wanted.delete(spare);
  }
  return SECTORS.filter((sector) => wanted.has(sector));
}
