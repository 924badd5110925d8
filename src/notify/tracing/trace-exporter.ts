/** Where spans are sent, from the variables that OpenTelemetry defines. */
export interface TraceExporter {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Of the resource that the spans belong to. */
  attributes: Readonly<Record<string, string>>;
}

type Variables = Readonly<Record<string, string | undefined>>;

const SERVICE = 'swarm-parallel';

/**
 * Where spans are sent: `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` as it is, or below
 * `OTEL_EXPORTER_OTLP_ENDPOINT`. See the OpenTelemetry specification, "OpenTelemetry Protocol Exporter".
 * @returns null if neither is set, or tracing is switched off
 */
export function traceExporter(env: Variables): TraceExporter | null {
  const own = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?.trim();
  const common = env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim();
  const url = own || (common && `${common.replace(/\/+$/, '')}/v1/traces`);
  if (!url || isOff(env)) return null;
  const named = parsePairs(env.OTEL_RESOURCE_ATTRIBUTES);
  const name = env.OTEL_SERVICE_NAME || named['service.name'] || SERVICE;
  return {
    url,
    headers: parsePairs(env.OTEL_EXPORTER_OTLP_TRACES_HEADERS || env.OTEL_EXPORTER_OTLP_HEADERS),
    attributes: { ...named, 'service.name': name },
  };
}

function isOff(env: Variables): boolean {
  const exporter = env.OTEL_TRACES_EXPORTER?.trim() || 'otlp';
  return env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true' || !/\botlp\b/.test(exporter);
}

/** Parses `name=value,name=value`, in which values may be percent-encoded. Malformed pairs are left out. */
function parsePairs(text = ''): Record<string, string> {
  const pairs = text.split(',').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, at)).trim();
    if (name === '') return [];
    try {
      return [[name, decodeURIComponent(pair.slice(at + 1).trim())]];
    } catch {
      return [];
    }
  });
  return Object.fromEntries(pairs);
}
