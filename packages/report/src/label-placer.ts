/** Finds room for the labels of lines: away from each other, from the texts at the rim and from the rim. */
export class LabelPlacer {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly #leastRoomPx: number;
  readonly #taken: (readonly [number, number])[];

  /** @param leastRoomPx - between the middles of labels, up and down; twice that across; default 16 px */
  constructor(widthPx: number, heightPx: number, leastRoomPx = 16) {
    this.#leastRoomPx = leastRoomPx;
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.#taken = [
      [40, 12],
      [50, 30],
      [12, heightPx / 2],
      [widthPx - 12, heightPx / 2],
      [widthPx / 2, 14],
      [widthPx / 2, heightPx - 14],
      [40, heightPx - 18],
    ];
  }

  holds(x: number, y: number): boolean {
    return x >= 0 && y >= 0 && x <= this.widthPx && y <= this.heightPx;
  }

  occupy(x: number, y: number): void {
    this.#taken.push([x, y]);
  }

  /** The point of a line with most room around; undefined if all are too near to other labels or the rim. */
  place(points: readonly (readonly [number, number])[]): readonly [number, number] | undefined {
    let best: readonly [number, number] | undefined;
    let most = this.#leastRoomPx;
    for (const [x, y] of points) {
      const rim = Math.min(x - 22, this.widthPx - 22 - x, y - 4, this.heightPx - 4 - y);
      if (rim < 0) continue;
      // Labels are wider than high: distances across count half.
      let room = Math.min(rim + this.#leastRoomPx, 70);
      for (const [a, b] of this.#taken) room = Math.min(room, Math.hypot((x - a) / 2, y - b));
      if (room > most) {
        most = room;
        best = [x, y];
      }
    }
    if (best) this.#taken.push(best);
    return best;
  }
}
