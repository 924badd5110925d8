import { mock, type On } from 'claude-code/testing';

/** Records what the module does, in place of a client. */
export interface FakeClient {
  /** The commands that it ran, without the path of the executable. */
  ran: string[][];
  /** The `swarm watch` commands that it started. */
  spawned: string[][];
  toasts: string[];
  opened: string[];
  /** The agents whose transcripts it showed. */
  viewed: string[];
  prompts: string[];
  /** The files and directories that it looked up. */
  asked: string[];
  clock: ReturnType<typeof mock.clock>;
}

interface World {
  /** File contents by absolute path; directories follow from the paths. */
  files: Record<string, string>;
  /** The lines that `swarm watch --all --json` prints. */
  lines: readonly object[];
  /** Further lines, one every ten seconds. */
  later?: readonly object[];
  /** Symbolic links: the real path by path. */
  realPaths?: Readonly<Record<string, string>>;
  /** The session id for each request; after the last one `this-session`. */
  sessions?: string[];
  /** How many requests for the session's directory fail. */
  failingLooks?: number;
  surfaces?: readonly string[];
  /** What `$.agent.list()` answers. */
  agents?: readonly object[];
  /** What `$.ui.view()` answers, call by call; `{}` after that. */
  viewed?: { deny?: string }[];
  isPlaced?: boolean;
  /** Whether the watch process exits after the last line. */
  hasEnded?: boolean;
  /** The result of every other `swarm` command. */
  answer?: { exitCode: number; stdout: string; stderr: string };
}

/** Answers the module's requests as a client would. */
export function fakeClient(on: On, world: World): FakeClient {
  const { files, lines, surfaces = ['terminal'], isPlaced = true, sessions = [] } = world;
  let { failingLooks = 0 } = world;
  const { answer = { exitCode: 0, stdout: 'noted\n', stderr: '' } } = world;
  const client: FakeClient = {
    ran: [],
    spawned: [],
    toasts: [],
    opened: [],
    viewed: [],
    prompts: [],
    asked: [],
    clock: mock.clock(on, { now: Date.parse('2026-11-22T18:16:32.000Z') }),
  };
  const answers: Record<string, (event: never) => unknown> = {
    'session.cwd': () => {
      if (failingLooks-- > 0) throw new Error('not yet');
      return '/repo';
    },
    'session.id': () => sessions.shift() ?? 'this-session',
    'session.surfaces': () => surfaces,
    'agent.list': () => world.agents ?? [],
    'ui.open': ({ id }: { id: string }) => {
      client.opened.push(id);
      return { isPlaced };
    },
    'ui.view': ({ agentId }: { agentId: string }) => {
      client.viewed.push(agentId);
      return world.viewed?.shift() ?? {};
    },
    'ui.toast': ({ text }: { text: string }) => void client.toasts.push(text),
    'fs.exists': ({ path }: { path: string }) => {
      client.asked.push(path);
      return Object.keys(files).some((file) => file === path || file.startsWith(`${path}/`));
    },
    'fs.list': ({ path }: { path: string }) => {
      client.asked.push(path);
      const inside = Object.keys(files).filter((file) => file.startsWith(`${path}/`));
      return inside.map((file) => ({ name: file.slice(path.length + 1), kind: 'file' }));
    },
    'fs.stat': ({ path }: { path: string }) => ({
      kind: 'file',
      size: (files[path] ?? '').length,
      mtimeMs: 0,
      isLink: false,
      realPath: world.realPaths?.[path] ?? path,
    }),
    'fs.read': ({ path, length }: { path: string; length?: number }) => {
      client.asked.push(path);
      return (files[path] ?? '').slice(0, length);
    },
    'process.run': ({ argv }: { argv: string[] }) => {
      client.ran.push(argv.slice(1));
      return { ...answer, isStdoutTruncated: false, isStderrTruncated: false };
    },
  };
  for (const [name, answerOf] of Object.entries(answers)) {
    on(name, (_, event) => ({ value: answerOf(event) }));
  }
  on('vcs.detect', () => ({
    vcs: 'git',
    root: '/repo',
    mainRoot: '/repo',
    revision: null,
    branch: 'main',
    defaultBranch: null,
    remote: null,
  }));
  on('session.start', (_, event: { cwd: string }) => ({ cwd: event.cwd }));
  on('prompt.submit', (_, { text }: { text: string }) => {
    client.prompts.push(text);
    return { text };
  });
  on('process.spawn', async function* (_: unknown, { argv }: { argv: string[] }) {
    client.spawned.push(argv.slice(1));
    for (const line of lines) yield { stream: 'stdout', text: `${JSON.stringify(line)}\n` };
    for (const line of world.later ?? []) {
      await client.clock.sleep(10_000);
      yield { stream: 'stdout', text: `${JSON.stringify(line)}\n` };
    }
    // Keeps running until the test ends, like a process without further output.
    if (!world.hasEnded) await client.clock.sleep(1e9);
    return { value: { code: 0, signal: null } };
  } as never);
  return client;
}
