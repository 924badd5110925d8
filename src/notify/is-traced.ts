/**
 * Whether the environment names a collector of OpenTelemetry, which the process that sends spans reads
 * in full.
 */
export function isTraced(env: Readonly<Record<string, string | undefined>>): boolean {
  return Boolean(env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT);
}
