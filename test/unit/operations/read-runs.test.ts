import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLedger } from '../../../src/ledger/ledger-file.ts';
import { findRun } from '../../../src/operations/find-run.ts';
import { listAllRuns } from '../../../src/operations/list-runs.ts';
import { readSummary } from '../../../src/operations/read-summary.ts';
import { loadRun } from '../../../src/store/run-handle.ts';
import { listActiveRuns } from '../../../src/store/run-index.ts';
import { renderList } from '../../../src/view/terminal/render-list.ts';
import { inSession, makeHost } from '../../support/host.ts';
import {
  at,
  completes,
  ended,
  gateAsked,
  launched,
  opened,
  started,
} from '../../support/run-events.ts';
import { append, storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

const OLD = '20261122-181530-001aaa';
const NEW = '20261122-181530-002aaa';

let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(() => dir.remove());

const now = () => at(99);
const machine = { now, isAlive: () => true };

describe('findRun', () => {
  it('returns the newest run by default', () => {
    storeRun(dir.path, [opened(['a'])], NEW);
    storeRun(dir.path, [opened(['a'])], OLD);
    expect(findRun(makeHost(dir.path), undefined).paths.run).toBe(NEW);
    expect(findRun(makeHost(dir.path), OLD).paths.run).toBe(OLD);
  });

  it('rejects the name of a task', () => {
    expect(() => findRun(makeHost(dir.path), `${NEW}/a`)).toThrow(`a run without a task, ${NEW},`);
  });

  it.each([
    [undefined, 3],
    [NEW, 3],
    ['', 2],
    ['latest', 3],
    ['../../etc', 2],
    [`${NEW}/a`, 2],
  ])('rejects %j if there is no run', (name, exitCode) => {
    expect(() => findRun(makeHost(dir.path), name)).toThrow(
      expect.objectContaining({ name: 'SwarmError', exitCode }),
    );
  });
});

describe('listAllRuns', () => {
  it('lists every run, newest first, including unreadable ones', () => {
    storeRun(dir.path, [opened(['a'], { run: OLD }), ...completes('a')], OLD);
    const { paths } = storeRun(dir.path, [opened(['a'])], NEW);
    writeFileSync(paths.ledger, 'garbage');
    const rows = listAllRuns(makeHost(dir.path, machine));
    expect(rows).toMatchObject([
      { run: NEW, unreadable: expect.stringContaining('run.opened') },
      { run: OLD, status: 'completed', counts: { completed: 1 }, endedAt: at(10) },
    ]);
    expect(rows[1]).not.toHaveProperty('tasks');
    expect(renderList(rows, dir.path, 200).split('\n')).toHaveLength(2);
  });

  it('renders columns with the words of status', () => {
    storeRun(dir.path, [opened(['a'], { run: OLD }), ...completes('a')], OLD);
    const waits = [launched('a'), started('a'), gateAsked('a'), ended('a')];
    storeRun(dir.path, [opened(['a'], { run: NEW }), ...waits], NEW);
    const lines = renderList(listAllRuns(makeHost(dir.path, machine)), dir.path, 200).split('\n');
    expect(lines[0]).toContain('  waiting for approval  ');
    expect(new Set(lines.map((line) => line.indexOf('Reach the goal'))).size).toBe(1);
  });

  it('marks inactive runs, and keeps the status of the ledger', () => {
    const client = { pid: 4_242, startedAt: '1' };
    storeRun(dir.path, [opened(['a'], { run: OLD }), launched('a', { client })], OLD);
    storeRun(dir.path, [opened(['a'], { run: NEW, session: null })], NEW);
    const inWork = listAllRuns(makeHost(dir.path, machine));
    expect(inWork).toMatchObject([{ atWork: false }, { atWork: true, counts: { working: 1 } }]);
    const gone = listAllRuns(makeHost(dir.path, { now, isAlive: () => false }));
    expect(gone[1]).toEqual({ ...inWork[1], atWork: false });
    const [newest, oldest, ...more] = renderList(gone, dir.path, 200).split('\n');
    for (const line of [newest, oldest])
      expect(line).toMatch(/^○ \S+ {2}inactive {2}0\/1 completed/);
    expect(more.join('\n')).toContain('swarm resume <run>');
    expect(renderList(inWork.slice(1), dir.path, 200)).not.toContain('swarm resume');
  });

  it('renders one line per run that fits the terminal', () => {
    const goal = 'A goal of many words '.repeat(10).trim();
    storeRun(dir.path, [opened(['a'], { goal }), ...completes('a')], OLD);
    const [line = ''] = renderList(listAllRuns(makeHost(dir.path, machine)), dir.path, 80).split(
      '\n',
    );
    expect(line).toMatch(/1\/1 completed {2}A goal .*…$/);
    expect(line).toHaveLength(80);
  });

  it('returns an empty list without runs', () => {
    expect(listAllRuns(makeHost(dir.path, machine))).toEqual([]);
  });
});

const noNote = (text: string) => {
  throw new Error(text);
};

describe('readSummary', () => {
  const events = (run: string) =>
    readLedger(loadRun(findRun(makeHost(dir.path), run).paths).paths.ledger).events;
  const isRead = (run: string) =>
    events(run).filter(({ event }) => event === 'summary.read').length;

  const read = (session: string | null = null, maxChars: number | null = null) => {
    const host = makeHost(dir.path, { now, ...(session ? inSession(session) : {}) });
    return readSummary(findRun(host, undefined), maxChars, host, noNote);
  };

  it('records once that a session has read the summary of an ended run, and closes the run', () => {
    const run = storeRun(dir.path, [opened(['a'], { run: NEW }), launched('a')], NEW);
    read('session-1');
    expect(isRead(NEW)).toBe(0);
    append(run.paths, ...completes('a').slice(1));
    read();
    expect(isRead(NEW)).toBe(0);
    expect(listActiveRuns(dir.path)).toEqual([NEW]);
    read('session-1', 500);
    read('session-2');
    expect(isRead(NEW)).toBe(1);
    expect(listActiveRuns(dir.path)).toEqual([]);
  });

  it('returns the summary without write access, with a note', () => {
    const { paths } = storeRun(dir.path, [opened(['a'], { run: NEW }), ...completes('a')], NEW);
    // Not even root can replace a directory by a file.
    mkdirSync(paths.summary);
    const notes: string[] = [];
    const host = makeHost(dir.path, { now });
    const { text } = readSummary(findRun(host, NEW), null, host, (note) => void notes.push(note));
    expect(text).toContain('Abstract of a');
    expect(notes).toEqual([expect.stringContaining(paths.summary)]);
  });

  it('respects the maximum length, and reports a torn ledger', () => {
    const run = storeRun(dir.path, [opened(['a'], { run: NEW }), ...completes('a')], NEW);
    writeFileSync(run.paths.ledger, '{"event":"x', { flag: 'a' });
    const whole = read();
    expect(whole).toMatchObject({ run: NEW, status: 'completed', isWhole: true });
    expect(whole.text).toContain('cut off after 11 bytes');
    expect(whole.text).toContain('Abstract of a');
    const short = read(null, 80);
    expect(short.isWhole).toBe(false);
    expect(short.text.length).toBeLessThanOrEqual(80);
  });
});
