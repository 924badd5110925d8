import { expect, test } from 'vitest';
import { startCollector } from '../../support/collector.ts';
import { fakeClient } from '../../support/fake-client.ts';
import { makeStage } from '../../support/swarm-run.ts';
import { makePlan } from '../../support/swarm-session.ts';
import { waitUntil } from '../../support/wait-until.ts';

const [TRACE, PARENT] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];

test('a run sends its spans at its end, and the client of an attempt gets its span', {
  timeout: 60_000,
}, async () => {
  await using collector = await startCollector();
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b' }]),
    fakeClient: fakeClient({ default: 'report(process.env.TRACEPARENT);' }),
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      TRACEPARENT: `00-${TRACE}-${PARENT}-01`,
    },
  });
  expect((await stage.swarm('run', 'plan.md')).code).toBe(0);
  await waitUntil(() => collector.received.length > 0);

  const [{ path, spans } = { path: '', spans: [] }] = collector.received;
  expect(path).toBe('/v1/traces');
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
  expect(spans[0]).toMatchObject({ name: 'swarm.run', parentSpanId: PARENT });
  const attempts = spans.filter(({ name }) => name === 'swarm.attempt');
  const { status, read } = stage.readRun();
  expect(status.tasks.map(({ result }) => read(result ?? '').trim()).sort()).toEqual(
    attempts.map(({ spanId }) => `00-${TRACE}-${spanId}-01`).sort(),
  );
  expect(attempts).toHaveLength(2);
});
