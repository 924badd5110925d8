/** What a kill does to one of the processes that take part in runs with a queue. */
type KillKind =
  /** `swarm run`; the run is resumed. */
  | 'supervisor'
  /** `swarm worker` alone: its guard and its clients are left. */
  | 'worker'
  /** A worker, its guard and its clients, as if the machine had lost its power. */
  | 'machine'
  /** A worker is stopped, for a shorter time than its locks last. */
  | 'pause'
  /** A worker is stopped until its locks have run out. */
  | 'long-pause'
  /** The queue's server, which has an append-only file. */
  | 'server';

export interface Kill {
  kind: KillKind;
  /** Time since the previous one; milliseconds. */
  afterMs: number;
  /** How long what was killed is away; milliseconds. */
  awayMs: number;
  /** Which of the workers, if it is one. */
  worker: number;
}

/** How often each kind is chosen; losing a machine silently takes half a minute to be noticed. */
const WEIGHTS: Readonly<Record<KillKind, number>> = {
  supervisor: 6,
  worker: 4,
  server: 4,
  pause: 2,
  machine: 2,
  'long-pause': 1,
};

/** @returns the same kills for the same seed */
export function scheduleKills(seed: number, count: number, workers: number): Kill[] {
  const random = seededRandom(seed);
  const between = (least: number, most: number) => Math.round(least + random() * (most - least));
  const kinds = Object.entries(WEIGHTS).flatMap(([kind, weight]) =>
    Array.from({ length: weight }, () => kind as KillKind),
  );
  return Array.from({ length: count }, () => {
    const kind = kinds[Math.floor(random() * kinds.length)] ?? 'supervisor';
    const awayMs = kind === 'long-pause' ? between(35_000, 40_000) : between(100, 4_000);
    return { kind, awayMs, afterMs: between(500, 6_000), worker: Math.floor(random() * workers) };
  });
}

/** Mulberry32. @returns numbers from 0 to below 1 */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
