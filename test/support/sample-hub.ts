import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_POLICY } from '../../src/config/resolve-policy.ts';
import type { LedgerEvent } from '../../src/ledger/events.ts';
import type { ProcessIdentity } from '../../src/platform/process/process-identity.ts';
import { markActive } from '../../src/store/run-index.ts';
import {
  checkpoint,
  ended,
  gateAsked,
  launched,
  makeReport,
  makeTask,
  mergeEvents,
  opened,
  started,
} from './run-events.ts';
import { append, storeRun } from './stored-run.ts';

/** A run that is working, with a task of every kind and a command that waits for a person. */
export const WORKING = '20261128-131000-100aaa';
/** A run that failed. */
export const FAILED = '20261128-110500-200bbb';
/** A run that completed. */
export const COMPLETED = '20261127-160000-300ccc';

const REPORT = `# What was found

Three of 30 routes have no check:

| route | file | risk |
|---|---|---|
| \`GET /admin/export\` | src/admin.ts:41 | anyone can read all users |
| \`POST /hooks/pay\` | src/pay.ts:12 | the signature is not verified |

1. Move the check into a middleware.
2. See <script>alert(1)</script> and [the notes](https://example.com/notes), not [this](javascript:alert(1)).

\`\`\`ts
router.use(requireUser);
\`\`\`
`;

/**
 * Writes runs that show everything the pages have.
 * @param root the repository
 * @param now milliseconds since the epoch
 * @param client the process that works on the unfinished run
 */
export function writeSampleRuns(root: string, now: number, client: ProcessIdentity): void {
  const at = (seconds: number) => new Date(now - 12 * 60_000 + seconds * 1_000).toISOString();
  const launch = (task: string, seconds: number, attempt = `call-${task}`): LedgerEvent[] => [
    launched(task, { at: at(seconds), attempt, client }),
    started(task, { at: at(seconds + 2), attempt, agentId: attempt.replace('call', 'agent') }),
  ];
  writeWorking(root, at, launch);
  writeEnded(root, at, launch);
}

/** What keeps a branch from being merged. */
const CONFLICT = { outcome: 'conflict' as const, others: ['docs'], files: ['docs/index.md'] };

type At = (seconds: number) => string;
type Launch = (task: string, seconds: number, attempt?: string) => LedgerEvent[];

function writeWorking(root: string, at: At, launch: Launch): void {
  const tasks = [
    makeTask('routes', { title: 'Audit every route for checks', agent: 'swarm-researcher' }),
    makeTask('tokens', { title: 'Check how tokens are signed and rotated' }),
    makeTask('sessions', { title: 'Look for session fixation', tier: 'long' }),
    makeTask('fixes', { title: 'Fix what was found', needs: ['routes'], writes: ['src/auth/**'] }),
    makeTask('release', { title: 'Publish a patch release', needs: ['routes'] }),
    makeTask('report', { title: 'Write the report', needs: ['fixes', 'tokens', 'sessions'] }),
  ];
  const open = { run: WORKING, at: at(0), goal: 'Audit the auth layer and fix what is found' };
  const report = makeReport('routes', REPORT);
  const said = (task: string, percent: number, seconds: number, message: string) => ({
    ...checkpoint(task, percent, message),
    at: at(seconds),
  });
  const overloaded = { outcome: 'failed', category: 'transient' } as const;
  const { paths } = storeRun(root, [opened(tasks, { ...open, policy: DEFAULT_POLICY })], WORKING);
  const command =
    'git push --force-with-lease origin release/1.4.2 && npm publish --access public --tag latest';
  append(
    paths,
    ...[...launch('routes', 4), ...launch('tokens', 5), ...launch('sessions', 330)],
    said('routes', 40, 60, '12 of 30 files read'),
    ended('tokens', { at: at(95), ...overloaded, message: 'API Error: 529 Overloaded' }),
    ...launch('tokens', 240, 'call-tokens-2'),
    ended('routes', { at: at(290), report, abstract: 'Three of 30 routes have no check.' }),
    ...[...launch('release', 300), ...launch('fixes', 305)],
    said('tokens', 65, 695, 'the algorithm of the session token is not pinned'),
    said('fixes', 30, 702, 'middleware written, moving the routes to it'),
    gateAsked('release', { at: at(480), command }),
    ended('release', { at: at(482) }),
    said('sessions', 20, 712, 'reading the store'),
  );
  writeFileSync(join(paths.results, 'routes.md'), REPORT);
  markActive(paths);
}

function writeEnded(root: string, at: At, launch: Launch): void {
  const early = (seconds: number) => at(seconds - 7_200);
  const move = (events: LedgerEvent[], by: At) =>
    events.map((event, index) => ({ ...event, at: by(index) }) as LedgerEvent);
  const failed = { outcome: 'failed', category: 'fatal', message: 'HTTP 400: prompt is too long' };
  const first = [
    opened(['schema', 'client'], { run: FAILED, goal: 'Move the API to version 2', check: [] }),
    ...[...launch('schema', 0), ...launch('client', 0), ended('schema')],
    ended('client', failed as Partial<Parameters<typeof ended>[1] & object>),
  ];
  storeRun(root, move(first, early), FAILED);
  const merge = mergeEvents(COMPLETED, { docs: {}, links: CONFLICT });
  const yesterday = (seconds: number) => at(seconds * 40 - 79_000);
  const second = [
    opened(['docs', 'links'], { run: COMPLETED, goal: 'Bring the documentation up to date' }),
    ...[...launch('docs', 0), ...launch('links', 0), ended('docs'), ended('links')],
    ...merge,
  ];
  storeRun(root, move(second, yesterday), COMPLETED);
}
