import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerEvent } from '../../src/ledger/events.ts';
import { readLedger } from '../../src/ledger/ledger-file.ts';
import type { RunState } from '../../src/run/run-state.ts';
import { type StatusDocument, statusDocument } from '../../src/run/status-schema.ts';
import { loadRun } from '../../src/store/run-handle.ts';
import { runPaths } from '../../src/store/run-paths.ts';
import { type ClaudeOptions, type ClaudeRun, runClaude } from './claude-client.ts';
import { type OrchestratorOptions, orchestrate } from './orchestrator.ts';
import { type ModelRequest, startScriptedModel } from './scripted-model.ts';
import { makeTempRepo, type TempDir } from './temp-dir.ts';

export const PROJECT = join(import.meta.dirname, '..', '..');

export interface SwarmSession extends AsyncDisposable {
  readonly repo: TempDir;
  readonly client: ClaudeRun;
  readonly requests: readonly ModelRequest[];
  readonly run: FinishedRun;
}

/** The files of a run. */
export interface FinishedRun {
  readonly id: string;
  readonly dir: string;
  readonly state: RunState;
  readonly status: StatusDocument;
  readonly summary: string;
  readonly ledger: readonly LedgerEvent[];
  readonly errors: string;
  read(path: string): string;
}

/** One headless session of the real client that plays `/swarm-parallel` with a scripted model. */
export async function playSession(
  options: OrchestratorOptions &
    Partial<Pick<ClaudeOptions, 'args' | 'claude' | 'env' | 'home' | 'pluginDir' | 'timeoutMs'>> & {
      prepare?: (repo: TempDir) => Promise<void> | void;
    },
): Promise<SwarmSession> {
  const repo = await makeTempRepo();
  await options.prepare?.(repo);
  await using model = await startScriptedModel(orchestrate(options));
  const client = await runClaude({
    model,
    cwd: repo.path,
    prompt: '/swarm-parallel Test the swarm',
    timeoutMs: options.timeoutMs ?? 150_000,
    args: options.args,
    claude: options.claude,
    env: options.env,
    home: options.home,
    pluginDir: 'pluginDir' in options ? options.pluginDir : PROJECT,
  });
  return {
    repo,
    client,
    requests: model.requests,
    run: readRun(repo.path),
    [Symbol.asyncDispose]: () => repo[Symbol.asyncDispose](),
  };
}

export function newestRun(root: string): string {
  const runs = readdirSync(join(root, '.swarm', 'runs')).sort();
  return runs.at(-1) ?? '';
}

/** A run of a repository, by default the newest. */
export function readRun(root: string, id = newestRun(root)): FinishedRun {
  const paths = runPaths(root, id);
  const errors = join(root, '.swarm', 'errors.log');
  const read = (path: string) => readFileSync(join(paths.dir, path), 'utf8');
  return {
    id,
    dir: paths.dir,
    state: loadRun(paths).state,
    status: statusDocument.parse(JSON.parse(read('status.json'))),
    summary: read('SUMMARY.md'),
    ledger: readLedger(paths.ledger).events,
    errors: existsSync(errors) ? readFileSync(errors, 'utf8') : '',
    read,
  };
}

/** `{id: status}` of every task. */
export function outcomes(status: StatusDocument): Record<string, string> {
  return Object.fromEntries(status.tasks.map((task) => [task.id, task.status]));
}

/** A plan with a brief for each task. */
export function makePlan(
  tasks: readonly {
    id: string;
    needs?: string[];
    agent?: string;
    tier?: string;
    writes?: string;
    pool?: string;
  }[],
): string {
  const list = tasks.map(
    ({ id, needs = [], agent = 'swarm-worker', tier, writes, pool }) =>
      `  - {id: ${id}, title: Work on part ${id}, agent: ${agent}, needs: [${needs.join(', ')}]${tier ? `, tier: ${tier}` : ''}${writes ? `, writes: ["${writes}"]` : ''}${pool ? `, pool: ${pool}` : ''}}`,
  );
  const briefs = tasks.map(({ id }) => `## ${id}\nDo ${id}.`);
  return `---\ngoal: Test the swarm\ntasks:\n${list.join('\n')}\n---\nShared context.\n\n${briefs.join('\n\n')}`;
}
