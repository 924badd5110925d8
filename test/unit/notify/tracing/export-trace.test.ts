import { afterEach, beforeEach, expect, it } from 'vitest';
import { exportTrace } from '../../../../src/notify/tracing/export-trace.ts';
import { publish } from '../../../../src/store/commit.ts';
import { loadRun } from '../../../../src/store/run-handle.ts';
import { makeHost } from '../../../support/host.ts';
import { at, completes, opened, RUN } from '../../../support/run-events.ts';
import { storeRun } from '../../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../../support/temp-dir.ts';

let dir: TempDir;
beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(() => dir.remove());

const ENV = {
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318/key-in-the-path',
  OTEL_EXPORTER_OTLP_HEADERS: 'x-key=k',
};

interface Sent {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** A collector that gives these answers, and then accepts everything. */
function collector(...answers: (number | Error)[]) {
  const sent: Sent[] = [];
  const send = async (url: string, request: Pick<Sent, 'headers' | 'body'>) => {
    sent.push({ url, ...request });
    const answer = answers.shift() ?? 200;
    if (answer instanceof Error) throw answer;
    return new Response('the answer', { status: answer });
  };
  return { sent, fetch: send as unknown as typeof fetch };
}

function exportFrom(run: ReturnType<typeof storeRun>, fetcher: typeof fetch, more: object = {}) {
  const host = makeHost(dir.path);
  const known = { by: 'me', version: '1.2.3', env: ENV, host, sleep: async () => {} };
  return exportTrace(run, { ...known, fetch: fetcher, ...more });
}

const endedRun = () => storeRun(dir.path, [opened(['a']), ...completes('a')]);

it('sends the spans of an ended run once, as OTLP in JSON', async () => {
  const { sent, fetch } = collector();
  const run = endedRun();
  await exportFrom(run, fetch);
  await exportFrom(loadRun(run.paths), fetch, { by: 'other' });

  expect(sent).toMatchObject([
    {
      url: 'http://127.0.0.1:4318/key-in-the-path/v1/traces',
      headers: { 'Content-Type': 'application/json', 'x-key': 'k' },
    },
  ]);
  const [{ resource, scopeSpans }] = JSON.parse(sent[0]?.body ?? '').resourceSpans;
  expect(resource.attributes).toContainEqual({
    key: 'service.name',
    value: { stringValue: 'swarm-parallel' },
  });
  expect(scopeSpans[0].scope).toEqual({ name: 'swarm-parallel', version: '1.2.3' });
  const [first] = scopeSpans[0].spans;
  expect(first).toMatchObject({ name: 'swarm.run', kind: 1, status: { code: 1 } });
  expect(first.startTimeUnixNano).toBe(`${Date.parse(at(0))}000000`);
  expect(first.attributes).toContainEqual({ key: 'swarm.run.id', value: { stringValue: RUN } });
  expect(first.attributes).toContainEqual({ key: 'swarm.run.tasks', value: { intValue: '1' } });
});

it.each([
  ['the run has not ended', () => storeRun(dir.path, [opened(['a'])]), {}],
  [
    'the trace around it is not sampled',
    endedRun,
    { TRACEPARENT: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00` },
  ],
  ['no collector is named', endedRun, { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
])('sends nothing if %s', async (_, store, env) => {
  const { sent, fetch } = collector();
  await exportFrom(store(), fetch, { env: { ...ENV, ...env } });
  expect(sent).toEqual([]);
});

it('tries again where the collector is away or asks for it', async () => {
  const { sent, fetch } = collector(503, new TypeError('fetch failed'), 429);
  const waits: number[] = [];
  await exportFrom(endedRun(), fetch, { sleep: async (ms: number) => void waits.push(ms) });
  expect(sent).toHaveLength(4);
  expect(waits).toEqual([1_000, 5_000, 25_000]);
});

it.each([
  ['refuses them', [400], /127\.0\.0\.1:4318: HTTP 400, the answer/],
  ['stays away', [503, 503, 503, 503], /HTTP 503/],
])('says why, without the key in the address, if the collector %s', async (_, answers, reason) => {
  const { sent, fetch } = collector(...answers);
  const failure = exportFrom(endedRun(), fetch).catch((error: Error) => error.message);
  expect(await failure).toMatch(reason);
  expect(await failure).not.toContain('key-in-the-path');
  expect(sent).toHaveLength(answers.length);
});

it.each(['collector:4318', '127.0.0.1:4318', 'grpc://collector:4317', '//collector'])(
  'does not send to %s, and says how an address begins',
  async (address) => {
    const { sent, fetch } = collector();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: address };
    await expect(exportFrom(endedRun(), fetch, { env })).rejects.toThrow(/http:\/\/ or https:/);
    expect(sent).toEqual([]);
  },
);

it('starts a notifier for an ended run only if its spans go somewhere', async () => {
  const run = endedRun();
  let starts = 0;
  const publishIn = (isTraced: boolean) =>
    publish(loadRun(run.paths), [], { isTraced, notify: () => void starts++ });
  publishIn(false);
  expect(starts).toBe(0);
  publishIn(true);
  expect(starts).toBe(1);
  await exportFrom(run, collector().fetch);
  publishIn(true);
  expect(starts).toBe(1);
});
