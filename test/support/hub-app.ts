import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from '../../src/hub/http/create-app.ts';
import { EventStreams } from '../../src/hub/http/event-streams.ts';
import type { HubContext, Repository } from '../../src/hub/hub-context.ts';
import { LiveRuns } from '../../src/hub/live/live-runs.ts';
import { Triggers } from '../../src/hub/triggers.ts';
import type { Host } from '../../src/store/host.ts';
import { makeHost } from './host.ts';
import { BEARER, HUB_TOKEN } from './hub-process.ts';

export interface HubApp extends AsyncDisposable {
  /** Sends a request as from `http://127.0.0.1:4600`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The same with the token. @returns the status and the JSON of the answer */
  call(
    path: string,
    init?: RequestInit,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  streams: EventStreams;
  faults: unknown[];
}

/** The routes of a hub within this process, whose runs are executed by a no-op program. */
export async function makeHubApp(
  roots: readonly string[],
  more: Partial<Host> = {},
): Promise<HubApp> {
  const repositories = await Promise.all(
    roots.map((root, index) => makeRepository(root, `repo-${index + 1}`, more)),
  );
  const streams = new EventStreams();
  const faults: unknown[] = [];
  const context: HubContext = {
    version: '0.0.0',
    token: HUB_TOKEN,
    hostnames: ['127.0.0.1', 'localhost', 'hub.example'],
    repositories,
    clientDir: join(roots[0] ?? '', 'claude'),
    now: more.now ?? (() => new Date().toISOString()),
    findClient: () => Promise.resolve('/bin/true'),
    mcp: async (_, root) => new Response(`from mcp in ${root}`),
  };
  let elapsed = 0;
  const app = createApp(context, {
    streams,
    locateAsset: (name) => join(import.meta.dirname, '../../dist', name),
    elapsedMs: () => (elapsed += 1_000),
    onFault: (error) => void faults.push(error),
  });
  const fetch: HubApp['fetch'] = async (path, init = {}) => {
    const headers = new Headers(init.headers);
    // `Request` forbids this header, and so do browsers.
    if (!headers.has('host')) headers.set('host', '127.0.0.1:4600');
    return app.request(`http://127.0.0.1:4600${path}`, { ...init, headers });
  };
  return {
    fetch,
    async call(path, init = {}) {
      const headers = { ...BEARER, ...(init.headers as Record<string, string>) };
      const response = await fetch(path, { ...init, headers });
      const body = (await response.json()) as Record<string, unknown>;
      return { status: response.status, body };
    },
    streams,
    faults,
    async [Symbol.asyncDispose]() {
      streams.close();
      await Promise.all(repositories.map(({ triggers }) => triggers.close()));
      await Promise.all(repositories.map(({ live }) => live.close()));
    },
  };
}

async function makeRepository(
  root: string,
  name: string,
  more: Partial<Host>,
): Promise<Repository> {
  const idle = join(root, 'idle.cjs');
  writeFileSync(idle, '');
  const host = makeHost(root, { caller: { kind: 'hub', by: 'the hub' }, ...more });
  const live = new LiveRuns(host, () => {});
  const triggers = new Triggers({
    host,
    env: {},
    process: { pid: process.pid, startedAt: null },
    findClient: () => Promise.resolve('/bin/true'),
    supervise: () => {},
    hubUrl: () => null,
    fetch,
    onNote: () => {},
    setTimer: () => () => {},
  });
  return {
    name,
    host: { ...host, load: live.load },
    live,
    triggers,
    program: { execPath: process.execPath, cli: idle, env: process.env, cwd: root },
  };
}
