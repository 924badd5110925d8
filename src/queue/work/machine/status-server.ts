import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXIT, SwarmError } from '../../../errors/swarm-error.ts';
import { renderMachineMetrics } from './machine-metrics.ts';
import type { MachineFacts } from './serve-orders.ts';

export interface StatusServer {
  /** Such as `http://127.0.0.1:4700`. */
  url: string;
  close(): void;
}

interface Status {
  facts: MachineFacts;
  /** Whether the worker reaches its queue. */
  isReady: boolean;
}

/**
 * Serves `/healthz` and `/metrics` of a worker, and nothing that changes anything.
 * @param port 0 takes any
 * @throws {SwarmError} if the address cannot be used
 */
export async function serveStatus(
  { port, host }: { port: number; host: string },
  status: () => Status,
): Promise<StatusServer> {
  const server = createServer(({ url, method }, response) => {
    if (method !== 'GET' && method !== 'HEAD') return answer(response, 405, 'GET only\n');
    const { facts, isReady } = status();
    switch (url) {
      case '/healthz':
        return answer(response, isReady ? 200 : 503, isReady ? 'ok\n' : 'the queue is away\n');
      case '/metrics':
        return answer(response, 200, renderMachineMetrics(facts, isReady), METRICS_TYPE);
      default:
        return answer(response, 404, 'expected /healthz or /metrics\n');
    }
  });
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw new SwarmError(
      `cannot listen on ${host} port ${port}: ${(error as Error).message}. Choose another with --port`,
      EXIT.badInput,
    );
  }
  const { port: chosen } = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${chosen}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

function answer(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'Content-Type': type }).end(text);
}
