import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { handleEvent } from '../../src/hooks/dispatch.ts';
import type { HookContext, HookOutput } from '../../src/hooks/hook-context.ts';
import { checkToolCall } from '../../src/hooks/pre-tool-use.ts';
import { createRun } from '../../src/operations/plans/create-run.ts';
import { parsePlan } from '../../src/plan/parse-plan.ts';
import { toStatusDocument } from '../../src/run/status-document.ts';
import type { StatusDocument, TaskStatusEntry } from '../../src/run/status-schema.ts';
import type { Host } from '../../src/store/host.ts';
import { loadRun, type RunHandle } from '../../src/store/run-handle.ts';
import type { RunPaths } from '../../src/store/run-paths.ts';
import {
  type FakeSession,
  fakeSession,
  type NotificationFields,
  type Payload,
} from './hook-payloads.ts';
import { inSession } from './host.ts';
import { makeTempDir, type TempDir } from './temp-dir.ts';

const ONE_ATTEMPT = { retry: { maximumAttempts: 1 } };

export interface Harness extends AsyncDisposable {
  readonly root: string;
  readonly paths: RunPaths;
  readonly session: FakeSession;
  readonly context: HookContext;
  /** The prompt that launches a task. */
  token(task: string): string;
  /**
   * Sends the payload that the client would write to a hook's stdin, and after the stop of an agent
   * the notification of its end.
   */
  send(payload: Payload): HookOutput;
  /** Sends nothing but the payload. */
  deliver(payload: Payload): HookOutput;
  /** Sends the launch of a task, whose call is `toolu_<task>`. */
  launch(task: string): HookOutput;
  /** Sends the event that links the task to the agent `a<task>`. */
  link(task: string): HookOutput;
  /** The run, folded from its ledger now. */
  load(): RunHandle;
  status(): StatusDocument;
  task(id: string): TaskStatusEntry;
  /** The text of the task's report; null if it has none. */
  report(id: string): string | null;
  /** Does what hooks do once their events are answered. */
  settle(): Promise<void>;
}

/** Opens a run with these tasks, without retries, in a directory of its own. */
export async function openHarness(
  tasks: Record<string, readonly string[]>,
  config: object = {},
  more: {
    isAttended?: boolean;
    writes?: Record<string, readonly string[]>;
    /** Checks of the task `a`. */
    check?: readonly string[];
    /** Checks of the run. */
    runCheck?: readonly string[];
    /** Further fields of the task `a`. */
    fields?: object;
    /** Further fields of the plan. */
    plan?: object;
  } = {},
): Promise<Harness> {
  const dir: TempDir = await makeTempDir();
  mkdirSync(join(dir.path, '.claude'));
  const tiers = { quick: ONE_ATTEMPT, medium: ONE_ATTEMPT, long: ONE_ATTEMPT };
  writeFileSync(
    join(dir.path, '.claude/swarm-parallel.json'),
    JSON.stringify({ tiers, ...config }),
  );
  const later: (() => Promise<void>)[] = [];
  let ms = Date.UTC(2026, 10, 22, 18, 15, 30);
  const context: HookContext = {
    root: dir.path,
    isPlugin: true,
    now: () => new Date(ms++).toISOString(),
    verify: () => null,
    afterwards: (work) => void later.push(work),
    transcripts: join(dir.path, 'transcripts'),
    sleep: (duration) => {
      ms += duration;
    },
    worker: null,
    client: { pid: 4_242, startedAt: '1' },
    isAlive: () => true,
    caller: { kind: 'client' },
    stateDir: join(dir.path, 'state'),
    notify: () => {},
    load: loadRun,
    isAttended: more.isAttended ?? false,
    home: '/home/dev',
  };
  const session = fakeSession(dir.path);
  const source = planOf(tasks, more);
  const { paths } = open({ ...context, ...inSession(session.id) }, source);
  const token = (task: string): string => `swarm:${paths.run}/${task}`;
  const deliver = (payload: Payload): HookOutput =>
    answer(JSON.parse(JSON.stringify(payload)), context);
  const send = (payload: Payload): HookOutput => {
    const output = deliver(payload);
    if (payload.hook_event_name === 'SubagentStop' && output === null && isStringId(payload))
      deliver(session.notification(endOf(payload)));
    return output;
  };
  const status = (): StatusDocument => toStatusDocument(loadRun(paths).state);
  const task = (id: string): TaskStatusEntry => {
    const entry = status().tasks.find((one) => one.id === id);
    if (!entry) throw new Error(`no task ${id}`);
    return entry;
  };
  return {
    root: dir.path,
    paths,
    session,
    context,
    token,
    send,
    deliver,
    launch: (id) => send(session.preAgent(`toolu_${id}`, token(id))),
    link: (id) => send(session.agentLaunched(`toolu_${id}`, token(id), `a${id}`)),
    settle: async () => {
      for (const work of later.splice(0)) await work();
    },
    load: () => loadRun(paths),
    status,
    task,
    report: (id) => {
      const { result } = task(id);
      return result === null ? null : readFileSync(join(paths.dir, result), 'utf8');
    },
    [Symbol.asyncDispose]: dir.remove,
  };
}

const isStringId = ({ agent_id: id }: Payload) => typeof id === 'string';

/** The notification that follows when no hook has sent an agent back. */
function endOf({ agent_id: id, last_assistant_message: text }: Payload): NotificationFields {
  const result = typeof text === 'string' ? { result: text } : {};
  return { taskId: String(id), toolUseId: null, ...result };
}

function planOf(
  tasks: Record<string, readonly string[]>,
  {
    writes = {},
    check = [],
    runCheck = [],
    fields = {},
    plan = {},
  }: Parameters<typeof openHarness>[2] & object,
): string {
  const lines = Object.entries(tasks).map(([id, needs]) => {
    const task = { id, title: `Do ${id}`, needs, writes: writes[id] ?? [] };
    return `  - ${JSON.stringify(id === 'a' ? { ...task, check, ...fields } : task)}`;
  });
  const more = Object.entries(plan)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
  const briefs = Object.keys(tasks).map((id) => `## ${id}\nBrief of ${id}.\n`);
  return `---\ngoal: Reach it\ncheck: ${JSON.stringify(runCheck)}\n${more}tasks:\n${lines.join('\n')}\n---\nShared.\n\n${briefs.join('\n')}`;
}

function open(host: Host, source: string): { paths: RunPaths } {
  const { plan, findings } = parsePlan(source);
  if (!plan) throw new Error(JSON.stringify(findings));
  return createRun(host, plan, source);
}

/** Answers like the event hook. */
function answer(payload: Payload, context: HookContext): HookOutput {
  const isGuarded = payload.hook_event_name === 'PreToolUse' && payload.agent_id !== undefined;
  return isGuarded && payload.tool_name !== 'Agent'
    ? checkToolCall(payload, context)
    : handleEvent(payload, context);
}

/** Everything below a directory: names, permissions, sizes, contents and times of change. */
export function treeOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { mode, mtimeMs, ino } = lstatSync(path);
      const content = entry.isFile() ? readFileSync(path, 'base64') : '';
      return `${path.slice(directory.length)} ${mode.toString(8)} ${ino} ${mtimeMs} ${content}`;
    })
    .sort();
}
