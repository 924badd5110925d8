import type { Span } from '../../run/trace/spans-of-run.ts';

/** The kind of a span inside of one program, and the states of spans, as OTLP numbers them. */
const INTERNAL = 1;
const [OK, ERROR] = [1, 2];

/**
 * A request of OTLP in JSON, as "OTLP/HTTP" of the OpenTelemetry specification defines it.
 * @param resource attributes of what the spans belong to
 */
export function toOtlp(
  spans: readonly Span[],
  resource: Readonly<Record<string, string>>,
  scope: { name: string; version: string },
): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: toAttributes(resource) },
        scopeSpans: [{ scope, spans: spans.map(toSpan) }],
      },
    ],
  };
}

function toSpan({ name, traceId, spanId, parentId, startedAt, endedAt, ...span }: Span): object {
  return {
    ...{ traceId, spanId, name, kind: INTERNAL },
    ...(parentId === null ? {} : { parentSpanId: parentId }),
    startTimeUnixNano: toNanoseconds(startedAt),
    // Clocks of several processes may differ by a little.
    endTimeUnixNano: toNanoseconds(endedAt < startedAt ? startedAt : endedAt),
    attributes: toAttributes({ ...span.attributes, 'error.type': span.error ?? undefined }),
    events: span.events.map(({ at, name: event, attributes }) => ({
      timeUnixNano: toNanoseconds(at),
      name: event,
      attributes: toAttributes(attributes),
    })),
    status: span.error === null ? { code: OK } : { code: ERROR, message: span.error },
  };
}

/** Nanoseconds since 1970, in decimal. */
function toNanoseconds(at: string): string {
  return `${Date.parse(at)}000000`;
}

function toAttributes(attributes: Span['attributes']): object[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: toValue(value) }],
  );
}

function toValue(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
