import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { testSignal } from './clean-up.ts';

/** How long nothing may change, in milliseconds; generous, because successful waits end earlier. */
const STILL_MS = 90_000;

/** Maximum duration of a wait, for example while a clock on a screen is running; milliseconds. */
const CEILING_MS = 180_000;

/** A condition may start a process, so slow conditions are polled less often; milliseconds. */
const [SHORTEST_POLL_MS, LONGEST_POLL_MS] = [10, 120];

interface WaitOptions {
  /** A description for the error message; by default the source of the condition. */
  readonly what?: string;
  /** The visible state; a change counts as progress. By default the last value of the condition. */
  readonly state?: () => unknown;
}

/**
 * Waits until a condition returns a truthy value, and returns that. If the condition throws, it
 * counts as not yet met.
 *
 * @throws when nothing has changed for {@link STILL_MS}, after {@link CEILING_MS}, and when the test
 *   is aborted; the message names the condition and shows the last state
 */
export async function waitUntil<Value>(
  condition: () => Value | Promise<Value>,
  options: WaitOptions = {},
): Promise<Exclude<Value, undefined | null | false | 0 | ''>> {
  const what = options.what ?? condition.toString();
  const signal = testSignal();
  const began = performance.now();
  let changed = began;
  let state = '';
  for (let poll = SHORTEST_POLL_MS; ; poll = Math.min(poll * 1.2, LONGEST_POLL_MS)) {
    const seen = await attempt(condition);
    if ('value' in seen && seen.value)
      return seen.value as Exclude<Value, undefined | null | false | 0 | ''>;
    const now = performance.now();
    const shown = show(options.state ? await attempt(options.state) : seen);
    if (shown !== state) changed = now;
    state = shown;
    const isOver = now - changed > STILL_MS || now - began > CEILING_MS;
    if (isOver || signal.aborted) {
      const why = signal.aborted ? 'given up' : `gave up after ${Math.round(now - began)} ms`;
      const message = `${why} while waiting for: ${what}\nlast state: ${state}`;
      // Nothing handles the error of an aborted test.
      if (signal.aborted) process.stderr.write(`${message}\n`);
      throw new Error(message);
    }
    await sleep(poll);
  }
}

type Seen<Value> = { readonly value: Value } | { readonly failure: unknown };

/** The condition may throw because a file or value does not exist yet. */
async function attempt<Value>(look: () => Value | Promise<Value>): Promise<Seen<Value>> {
  try {
    return { value: await look() };
  } catch (failure) {
    return { failure };
  }
}

function show(seen: Seen<unknown>): string {
  if ('failure' in seen) return String(seen.failure);
  return typeof seen.value === 'string' ? seen.value : inspect(seen.value, { depth: 5 });
}
