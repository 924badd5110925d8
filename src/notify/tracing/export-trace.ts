import { dueTrace } from '../../run/notifications.ts';
import { notificationId } from '../../run/run-state.ts';
import { spansOfRun } from '../../run/trace/spans-of-run.ts';
import { traceContextOf } from '../../run/trace/trace-context.ts';
import { commit } from '../../store/commit.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import { toOtlp } from './to-otlp.ts';
import { type TraceExporter, traceExporter } from './trace-exporter.ts';

export interface TraceOptions {
  /** An identifier that no other process uses. */
  by: string;
  /** Of this program. */
  version: string;
  env: Readonly<Record<string, string | undefined>>;
  fetch: typeof fetch;
  /** Waits. @param ms milliseconds */
  sleep(ms: number): Promise<void>;
  host: Host;
}

/** The answers after which OTLP asks for another try. */
const IS_TRANSIENT = new Set([429, 502, 503, 504]);
const WAITS_MS = [1_000, 5_000, 25_000];
const TIMEOUT_MS = 10_000;
const MAX_ERROR = 200;

/**
 * Sends the spans of an ended run to the collector of OpenTelemetry that the environment names, each
 * end once. It waits for the collector, so call it in a process that nothing else waits for.
 * @throws with the reason if the collector does not take them
 */
export async function exportTrace(run: RunHandle, options: TraceOptions): Promise<void> {
  const { env, by, version, host } = options;
  const exporter = traceExporter(env);
  const context = traceContextOf(run.paths.run, env.TRACEPARENT);
  if (!exporter || !context.isSampled || !claim(run, by, host)) return;
  const scope = { name: 'swarm-parallel', version };
  if (!isHttp(exporter.url)) {
    const names = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT';
    throw new Error(
      `the spans of the run were not sent: the address in ${names} must begin with http:// or https://, such as http://127.0.0.1:4318`,
    );
  }
  const spans = spansOfRun(run.state, context);
  await post(exporter, JSON.stringify(toOtlp(spans, exporter.attributes, scope)), options);
}

/** @returns whether this process is the one that sends them */
function claim(run: RunHandle, by: string, host: Host): boolean {
  const due = dueTrace(run.state);
  if (!due) return false;
  const claimed = { event: 'notice.claimed', at: host.now(), channel: 'trace' } as const;
  commit(run, [{ ...claimed, notice: due.key, by }], { ...host, notify: () => {} });
  return run.state.takenNotifications.get(notificationId('trace', due.key)) === by;
}

async function post(
  { url, headers }: TraceExporter,
  body: string,
  context: Pick<TraceOptions, 'fetch' | 'sleep'>,
): Promise<void> {
  for (const wait of [...WAITS_MS, null]) {
    const failure = await postOnce(url, { body, headers }, context);
    if (!failure) return;
    if (!failure.isTransient || wait === null) {
      throw new Error(
        // The path or query of an address may hold a key.
        `the spans of the run were not taken by ${new URL(url).origin}: ${failure.message}`,
      );
    }
    await context.sleep(wait);
  }
}

async function postOnce(
  url: string,
  { body, headers }: { body: string; headers: TraceExporter['headers'] },
  context: Pick<TraceOptions, 'fetch'>,
): Promise<{ message: string; isTransient: boolean } | null> {
  try {
    const response = await context.fetch(url, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = sanitizeLine(await response.text(), MAX_ERROR);
    if (response.ok) return null;
    const message = `HTTP ${response.status}${answer ? `, ${answer}` : ''}`;
    return { message, isTransient: IS_TRANSIENT.has(response.status) };
  } catch (error) {
    const { message, cause } = error as Error;
    return { message: (cause as Error | undefined)?.message ?? message, isTransient: true };
  }
}

/** `collector:4318` is an address too, of the scheme `collector`. */
function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
