import { basename } from 'node:path';
import type { SwarmError } from '../../errors/swarm-error.ts';
import type { ProcessIdentity } from '../../platform/process/process-identity.ts';
import type { Host } from '../../store/host.ts';
import type { SupervisorProgram } from '../../supervisor/spawn-supervisor.ts';
import { superviseWith } from '../firings/supervise-run.ts';
import { createApp } from '../http/create-app.ts';
import { EventStreams } from '../http/event-streams.ts';
import { serveApp } from '../http/serve-app.ts';
import type { HubContext, Repository } from '../hub-context.ts';
import { LiveRuns } from '../live/live-runs.ts';
import { Triggers } from '../triggers.ts';
import { acquireHub, publishUrl, releaseHub } from './hub-lock.ts';

export interface HubOptions {
  host: string;
  /** 0 for any free port. */
  port: number;
  /** Further names under which requests may reach the hub, without ports. */
  allowedHosts: readonly string[];
  token: string;
}

/** What a hub needs of its process. */
export interface HubProcess {
  id: string;
  version: string;
  process: ProcessIdentity;
  /** The name of the machine. */
  machine: string;
  /** The directories that contain `.swarm`, each once. */
  roots: readonly string[];
  hostOf(root: string): Host;
  programOf(root: string): SupervisorProgram;
  /** The configuration directory of Claude Code; absolute. */
  clientDir: string;
  /** Milliseconds on a clock that never goes back. */
  elapsedMs(): number;
  /** @throws {SwarmError} if no client is installed that could execute a run */
  findClient(): Promise<string>;
  mcp(request: Request, root: string): Promise<Response>;
  /** Where a file that pages load is. */
  locateAsset(name: string): string;
  /** Tells the person who started the hub something that they should know. */
  onNote(text: string): void;
  onFault(error: unknown): void;
}

export interface Hub {
  /** Such as `http://127.0.0.1:4600`. */
  url: string;
  /** Ends all requests and gives the repositories up. */
  close(): Promise<void>;
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Starts a hub for one or several repositories.
 * @throws {SwarmError} if another hub serves one of them, or the address cannot be used
 */
export async function startHub(options: HubOptions, self: HubProcess): Promise<Hub> {
  const [first] = self.roots;
  if (first === undefined) throw new Error('a hub serves at least one repository');
  const { stateDir, isAlive, now } = self.hostOf(first);
  const lock = { stateDir, isAlive };
  const release = acquireAll(self, now(), lock);
  let url: string | null = null;
  const repositories = openRepositories(self, () => url);
  const streams = new EventStreams();
  const closeRuns = async () => {
    await Promise.all(repositories.map(({ triggers }) => triggers.close()));
    await Promise.all(repositories.map(({ live }) => live.close()));
  };
  try {
    const { elapsedMs, locateAsset, onFault, findClient, mcp, version, clientDir } = self;
    const hostnames = [...LOOPBACK, options.host, ...options.allowedHosts];
    const context: HubContext = {
      ...{ version, hostnames, repositories, now, findClient, mcp, clientDir },
      token: options.token,
    };
    const server = await serveApp(
      createApp(context, { streams, elapsedMs, locateAsset, onFault }),
      options,
    );
    for (const root of self.roots) publishUrl(root, self.id, server.url, lock);
    url = server.url;
    for (const { triggers } of repositories) triggers.start();
    for (const note of sharedHooks(repositories)) self.onNote(note);
    return {
      url: server.url,
      async close() {
        streams.close();
        await server.close();
        await closeRuns();
        release();
      },
    };
  } catch (error) {
    await closeRuns();
    release();
    throw error;
  }
}

/** @returns what releases them @throws {SwarmError} if one is taken; then none is kept */
function acquireAll(
  { id, process, machine, roots }: HubProcess,
  startedAt: string,
  lock: Parameters<typeof acquireHub>[2],
): () => void {
  const taken: string[] = [];
  const release = () => {
    for (const root of taken.splice(0)) releaseHub(root, id, lock);
  };
  try {
    for (const root of roots) {
      acquireHub(root, { id, process, machine, startedAt }, lock);
      taken.push(root);
    }
  } catch (error) {
    release();
    throw error as SwarmError;
  }
  return release;
}

/** Webhooks whose short address is that of another repository. */
function sharedHooks(repositories: readonly Repository[]): string[] {
  const owners = new Map<string, string>();
  return repositories.flatMap(({ name: repository, triggers }) =>
    triggers.book.webhooks().flatMap(({ name, path }) => {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, repository);
      return owner === undefined
        ? []
        : `${path} is the webhook of ${owner}; that of ${repository} is /hooks/${repository}/${name}`;
    }),
  );
}

function openTriggers(
  host: Host,
  program: SupervisorProgram,
  self: HubProcess,
  hubUrl: () => string | null,
): Triggers {
  return new Triggers({
    host,
    env: program.env,
    process: self.process,
    findClient: self.findClient,
    supervise: superviseWith(program),
    hubUrl,
    fetch,
    onNote: self.onNote,
    setTimer(callback, ms) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  });
}

function openRepositories(self: HubProcess, hubUrl: () => string | null): Repository[] {
  const names = new Map<string, number>();
  return self.roots.map((root) => {
    const base = basename(root) || 'root';
    const count = (names.get(base) ?? 0) + 1;
    names.set(base, count);
    const live = new LiveRuns(self.hostOf(root), self.onNote);
    const host = { ...self.hostOf(root), load: live.load };
    const program = self.programOf(root);
    const triggers = openTriggers(host, program, self, hubUrl);
    return { name: count === 1 ? base : `${base}-${count}`, host, live, program, triggers };
  });
}
