import { expect, test } from 'vitest';
import { startCollector } from '../support/collector.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan } from '../support/swarm-session.ts';
import { waitUntil } from '../support/wait-until.ts';

test("the client's own spans are parts of the spans of their attempts", {
  tags: ['long'],
  timeout: 120_000,
}, async () => {
  await using collector = await startCollector();
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }]),
    agents: { a: [{ text: 'Done.' }] },
    env: {
      CLAUDE_CODE_ENABLE_TELEMETRY: '1',
      CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: undefined,
      DISABLE_TELEMETRY: undefined,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_TRACES_EXPORTER: 'otlp',
    },
  });
  expect((await stage.swarm('run', 'plan.md')).code).toBe(0);
  const all = () => collector.received.flatMap(({ spans }) => spans);
  const ours = await waitUntil(() => all().find(({ name }) => name === 'swarm.attempt') ?? null);
  const theirs = await waitUntil(
    () => all().find(({ name }) => name === 'claude_code.interaction') ?? null,
    { state: () => all().map(({ name }) => name) },
  );
  expect(theirs).toMatchObject({ traceId: ours.traceId, parentSpanId: ours.spanId });
});
