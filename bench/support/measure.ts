/** One row of a benchmark's table. */
export interface Row {
  what: string;
  p50: string;
  p99: string;
  /** This case compared with the base case: the median of the ratios of all rounds. */
  ratio?: string;
  /** Missing in a row that is only a base for comparison. */
  goal?: string;
  isMet?: boolean;
}

export interface Benchmark {
  name: string;
  title: string;
  /** @param isQuick fewer repetitions, for a rough result */
  run(isQuick: boolean, options: BenchmarkOptions): Promise<Row[]>;
}

interface BenchmarkOptions {
  /** Another plugin to measure beside this one. */
  pluginDir?: string;
}

/** The quantile of the values for `share` (0 to 1). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Runs one case once and returns how long the measured part took, in milliseconds. */
export type Case = () => number | Promise<number>;

const WARM_UP_ROUNDS = 3;

/**
 * Runs every case once in each round, in an order that rotates from round to round, so that other
 * load on the machine affects all cases alike.
 */
export async function interleave<Name extends string>(
  cases: Readonly<Record<Name, Case>>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(cases) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
    Name,
    number[]
  >;
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const first = (round + WARM_UP_ROUNDS) % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const time = await cases[name]();
      if (round >= 0) times[name].push(time);
    }
  }
  return times;
}

export function formatMs(ms: number): string {
  return `${ms < 10 ? ms.toFixed(2) : ms.toFixed(1)} ms`;
}

/**
 * The row of a case that is compared with a base case. They are compared round by round, so that a
 * slow phase of the machine has little effect.
 */
export function compareWith(
  base: readonly number[],
  what: string,
  times: readonly number[],
  maxRatio?: number,
): Row {
  const ratios = times.map((time, round) => time / (base[round] ?? Number.NaN));
  const ratio = percentile(ratios, 0.5);
  return {
    ...timesRow(what, times),
    ratio: ratio.toFixed(2),
    ...(maxRatio === undefined ? {} : { goal: `ratio ≤ ${maxRatio}`, isMet: ratio <= maxRatio }),
  };
}

export function timesRow(what: string, times: readonly number[]): Row {
  return {
    what,
    p50: formatMs(percentile(times, 0.5)),
    p99: formatMs(percentile(times, 0.99)),
  };
}
