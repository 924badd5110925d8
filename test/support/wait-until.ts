import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { testSignal } from './clean-up.ts';

/** How long nothing may change; generous, because a wait that succeeds never takes it. Milliseconds. */
const STILL_MS = 90_000;

/** How long a wait may take in all, for example while a clock on a screen goes on; milliseconds. */
const CEILING_MS = 180_000;

/** A condition may start a process, so one that takes long is looked at less often; milliseconds. */
const [SHORTEST_POLL_MS, LONGEST_POLL_MS] = [10, 120];

interface WaitOptions {
  /** What is awaited; the source of the condition without. */
  readonly what?: string;
  /** What can be seen so far; as long as it changes there is progress. The last value without. */
  readonly state?: () => unknown;
}

/**
 * Waits until a condition gives something true, and returns that. What the condition throws counts
 * as not yet.
 *
 * @throws when nothing has changed for {@link STILL_MS}, after {@link CEILING_MS}, and when the test
 *   is given up; the message names what was awaited and shows the last state
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
      // Nobody hears the error of a test that was given up.
      if (signal.aborted) process.stderr.write(`${message}\n`);
      throw new Error(message);
    }
    await sleep(poll);
  }
}

type Seen<Value> = { readonly value: Value } | { readonly failure: unknown };

/** What is looked at may not be there yet. */
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
