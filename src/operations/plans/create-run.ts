import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../config/read-config.ts';
import { resolvePolicy } from '../../config/resolve-policy.ts';
import { ledgerEvent, type StartedBy } from '../../ledger/events.ts';
import { LEDGER_FORMAT } from '../../ledger/format.ts';
import { newRunId } from '../../ledger/run-id.ts';
import type { Plan } from '../../plan/plan-schema.ts';
import { commit, publish } from '../../store/commit.ts';
import { type Host, sessionOf } from '../../store/host.ts';
import { loadRun, type RunHandle } from '../../store/run-handle.ts';
import { markActive } from '../../store/run-index.ts';
import { runPaths, swarmDir } from '../../store/run-paths.ts';
import { redactSecrets } from '../../text/redact-secrets.ts';
import { findDurations } from './estimate-run.ts';

/**
 * Creates a run: its directory appears complete or not at all.
 * @param source the text of the plan
 * @param options.id of the run; a new one by default
 * @param options.startedBy the schedule or webhook that starts it; none by default
 * @throws if the configuration is invalid, or a run with this id already exists
 */
export function createRun(
  host: Host,
  plan: Plan,
  source: string,
  {
    id = unusedRunId(new Date(host.now())),
    startedBy,
  }: { id?: string; startedBy?: StartedBy } = {},
): RunHandle {
  const { root } = host;
  const policy = resolvePolicy(readConfig(root));
  const paths = runPaths(root, id);
  const opened = ledgerEvent.parse({
    event: 'run.opened',
    at: host.now(),
    format: LEDGER_FORMAT,
    run: paths.run,
    ...plan,
    // Redacted for status and summary; agents need their brief and context verbatim.
    goal: redactSecrets(plan.goal),
    tasks: plan.tasks.map((task) => ({ ...task, title: redactSecrets(task.title) })),
    policy,
    session: sessionOf(host.caller),
    ...(startedBy ? { startedBy } : {}),
  });
  ignoreRuns(root);
  const draft = runPaths(root, `.${paths.run}.${randomInt(1_000_000_000)}.new`);
  try {
    for (const dir of [draft.tasks, draft.results]) {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
    }
    writeFileSync(draft.plan, source, { mode: 0o600 });
    writeFileSync(draft.ledger, `${JSON.stringify(opened)}\n`, { mode: 0o600 });
    renameSync(draft.dir, paths.dir);
  } catch (error) {
    rmSync(draft.dir, { recursive: true, force: true });
    throw error;
  }
  markActive(paths);
  const run = loadRun(paths);
  const durations = findDurations(run);
  if (durations.length > 0)
    commit(run, [{ event: 'durations.found', at: host.now(), durations }], host);
  else publish(run, [], host);
  return run;
}

/** A new run id. */
export function unusedRunId(now: Date): string {
  return newRunId(now, () => randomInt(1_000_000) / 1_000_000);
}

/** Keeps everything in `.swarm` out of git without touching the repository's own files. */
function ignoreRuns(root: string): void {
  const directory = swarmDir(root);
  // One by one: with `recursive`, a read-only file system is called a missing directory.
  for (const path of [directory, join(directory, 'runs')]) makeMissing(path);
  const ignore = join(directory, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
}

function makeMissing(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
