import { describe, expect, it } from 'vitest';
import { traceExporter } from '../../../../src/notify/tracing/trace-exporter.ts';

const ENDPOINT = 'http://127.0.0.1:4318';

describe('the address', () => {
  it.each([
    [
      'is below the common endpoint',
      { OTEL_EXPORTER_OTLP_ENDPOINT: `${ENDPOINT}/otel/` },
      '/otel/v1/traces',
    ],
    ['is that of traces as it is', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${ENDPOINT}/t` }, '/t'],
    [
      'is rather that of traces',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${ENDPOINT}/t`, OTEL_EXPORTER_OTLP_ENDPOINT: 'x:' },
      '/t',
    ],
  ])('%s', (_, env, path) => {
    expect(traceExporter(env)?.url).toBe(ENDPOINT + path);
  });

  it.each([
    ['no endpoint is named', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }],
    [
      'the SDK is switched off',
      { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' },
    ],
    [
      'traces go elsewhere',
      { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_TRACES_EXPORTER: 'none' },
    ],
  ])('is none if %s', (_, env) => {
    expect(traceExporter(env)).toBeNull();
  });
});

it('reads headers and attributes of the resource, also percent-encoded ones', () => {
  const common = { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT };
  expect(
    traceExporter({
      ...common,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20key, x-team = swarm,=none,odd=%',
      OTEL_RESOURCE_ATTRIBUTES: 'team=a,service.name=named',
    }),
  ).toMatchObject({
    headers: { authorization: 'Bearer key', 'x-team': 'swarm' },
    attributes: { team: 'a', 'service.name': 'named' },
  });
  expect(
    traceExporter({
      ...common,
      OTEL_EXPORTER_OTLP_HEADERS: 'a=1',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=2',
      OTEL_SERVICE_NAME: 'mine',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=other',
    }),
  ).toMatchObject({ headers: { b: '2' }, attributes: { 'service.name': 'mine' } });
  expect(traceExporter(common)).toMatchObject({ attributes: { 'service.name': 'swarm-parallel' } });
});
