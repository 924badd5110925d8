import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { registerCleanUp } from './clean-up.ts';

interface ReceivedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
}

/** A collector of OpenTelemetry that accepts everything; only spans in JSON are kept. */
export async function startCollector() {
  const received: { path: string; spans: ReceivedSpan[] }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    for (const { scopeSpans } of JSON.parse(body).resourceSpans ?? []) {
      for (const { spans } of scopeSpans) received.push({ path: request.url ?? '', spans });
    }
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const forget = registerCleanUp(close);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    async [Symbol.asyncDispose]() {
      forget();
      await close();
    },
  };
}
