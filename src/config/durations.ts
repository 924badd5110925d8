/** A duration such as "500ms", "90s", "10m" or "1.5h". */
export const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** The longest timeout of any attempt, in milliseconds. */
export const CEILING_MS = 30 * UNIT_MS.m;

/** Parses a duration such as "90s". @returns milliseconds, or NaN if the text is not a duration */
export function parseDuration(text: string): number {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  return Math.round(Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]);
}
