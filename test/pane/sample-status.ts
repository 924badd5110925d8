import type { StatusDocument, TaskStatusEntry } from '../../src/run/status-schema.ts';

const RUN = '20261122-181530-412abc';
export const DIR = `/repo/.swarm/runs/${RUN}`;

const STATES = [
  'pending',
  'working',
  'input_required',
  'completed',
  'failed',
  'cancelled',
] as const;

/** A running task; `more` overrides its fields. */
export function makeEntry(id: string, more: Partial<TaskStatusEntry> = {}): TaskStatusEntry {
  return {
    id,
    title: `Work on ${id}`,
    agent: 'swarm-worker',
    tier: 'medium',
    needs: [],
    status: 'working',
    percent: 40,
    message: 'read 12 of 30 files',
    attempts: 1,
    agentId: `a-${id}`,
    startedAt: '2026-11-22T18:15:30.000Z',
    endedAt: null,
    deadlineAt: '2026-11-22T18:25:30.000Z',
    result: null,
    error: null,
    reusedFrom: null,
    usage: null,
    verified: null,
    checks: [],
    evidence: null,
    warnings: [],
    model: null,
    ...more,
  };
}

export const pending = (id: string, ...needs: string[]) =>
  makeEntry(id, {
    needs,
    status: 'pending',
    percent: 0,
    message: null,
    attempts: 0,
    agentId: null,
    startedAt: null,
    deadlineAt: null,
  });

export const completed = (id: string) =>
  makeEntry(id, {
    status: 'completed',
    percent: 100,
    endedAt: '2026-11-22T18:15:42.000Z',
    deadlineAt: null,
    result: `results/${id}.md`,
  });

export const failed = (id: string, message = 'HTTP 400: bad thing') =>
  makeEntry(id, {
    status: 'failed',
    endedAt: '2026-11-22T18:15:42.000Z',
    deadlineAt: null,
    error: { category: 'fatal', message },
  });

export const waiting = (id: string, message = 'publish the package') =>
  makeEntry(id, { status: 'input_required', message, deadlineAt: null });

export function makeStatus(
  tasks: readonly TaskStatusEntry[],
  more: Partial<StatusDocument> = {},
): StatusDocument {
  const count = (state: string) => tasks.filter(({ status }) => status === state).length;
  return {
    version: 1,
    run: RUN,
    goal: 'Audit the auth layer',
    status: 'working',
    startedBy: null,
    startedAt: '2026-11-22T18:15:30.000Z',
    endedAt: null,
    counts: Object.fromEntries(
      STATES.map((state) => [state, count(state)]),
    ) as StatusDocument['counts'],
    tasks: [...tasks],
    usage: null,
    loweredLimit: null,
    budget: null,
    pausedUntil: null,
    expectedEndAt: null,
    merge: null,
    verified: null,
    checks: [],
    ...more,
  };
}

/** A line of `swarm watch --all --json`. */
export function makeLine(
  status: StatusDocument,
  session: string | null = 'this-session',
  atWork = true,
) {
  const dir = `/repo/.swarm/runs/${status.run}`;
  return { run: status.run, dir, session, atWork, wakes: false, status };
}

/** The files by which the module finds an unfinished run. */
export function openFiles(status: StatusDocument): Record<string, string> {
  return {
    [`/repo/.swarm/open/${status.run}`]: '',
    [`/repo/.swarm/runs/${status.run}/status.json`]: JSON.stringify(status),
  };
}
