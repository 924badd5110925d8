import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../../src/config/resolve-policy.ts';
import { toStatusDocument } from '../../../../src/run/status-document.ts';
import { renderStatus, type StatusView } from '../../../../src/view/terminal/render-status.ts';
import {
  at,
  checkpoint,
  completes,
  ended,
  fold,
  launched,
  makeTask,
  opened,
  RUN,
} from '../../../support/run-events.ts';

const plain: StatusView = {
  columns: 200,
  now: Date.parse(at(61_000)),
  paint: (_, text) => text,
};

const state = fold(
  opened([
    makeTask('a'),
    makeTask('long-id', { title: 'Do 日本語 🙂 things' }),
    makeTask('c'),
    makeTask('d', { needs: ['c'] }),
  ]),
  ...completes('a'),
  launched('long-id'),
  checkpoint('long-id', 40, 'hostile \u001b[2J\nmessage'),
  launched('c'),
  ended('c', { outcome: 'failed', category: 'transient', message: 'HTTP 529' }),
);

describe('renderStatus', () => {
  it('has a line for the run and one per task, safe from agents’ texts', () => {
    expect(renderStatus(toStatusDocument(state), plain).split('\n')).toEqual([
      'Reach the goal',
      `◐ working: 1 of 4 tasks completed (unverified), 1 working, 1 failed, 1 cancelled, 1m 01s  ${RUN}`,
      '',
      '✔ a       ██████████ 100%            0s  Do a',
      '◐ long-id ████░░░░░░  40% 1m 00s of 10m  hostile message',
      '✖ c       ░░░░░░░░░░   0%            0s  transient: HTTP 529',
      '⊘ d       ░░░░░░░░░░   0%                needs c, which failed',
    ]);
  });

  it('leaves out bars in a narrow terminal and names the ended attempt once', () => {
    const lost = fold(
      opened([makeTask('a', { tier: 'quick' })], { policy: DEFAULT_POLICY }),
      launched('a'),
      ended('a', { outcome: 'failed', category: 'transient', message: 'HTTP 529' }),
      launched('a', { attempt: 'again', at: at(50_000) }),
      ended('a', {
        attempt: 'again',
        at: at(50_001),
        agentId: 'other',
        outcome: 'failed',
        category: 'transient',
        message: 'HTTP 529',
      }),
    );
    const text = renderStatus(toStatusDocument(lost), { ...plain, columns: 59 });
    expect(text.split('\n').at(-1)).toBe(
      '○ a   0%   attempt 2 ended (transient: HTTP 529); will be …',
    );
  });

  it.each([40, 60])('shows the whole outcome even at %i columns', (columns) => {
    const [goal, ...lines] = renderStatus(toStatusDocument(state), { ...plain, columns }).split(
      '\n',
    );
    const head = lines.slice(0, lines.indexOf(''));
    expect(goal).toBe('Reach the goal');
    expect(head.map((line) => line.trim()).join(' ')).toBe(
      `◐ working: 1 of 4 tasks completed (unverified), 1 working, 1 failed, 1 cancelled, 1m 01s ${RUN}`,
    );
    for (const line of head) expect(line).toMatch(/^(◐ working: 1 of 4|\s+[\d(]|\d+-)/);
  });

  it.each([10, 20, 40, 79])('fits %i columns', (columns) => {
    const text = renderStatus(toStatusDocument(state), { ...plain, columns });
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
  });

  it.each([6, 7, 8, 20])('fits %i rows, and counts exactly the tasks that it hides', (rows) => {
    const ids = ['done', 'also-done', 'failed', 'running', 'pending', 'more'];
    const mixed = fold(
      opened(ids),
      ...completes('done'),
      ...completes('also-done'),
      launched('failed'),
      ended('failed', { outcome: 'failed', category: 'fatal', message: 'no' }),
      launched('running'),
    );
    const usage = {
      toolCalls: 1,
      inputTokens: 1,
      outputTokens: 1,
      cacheReadTokens: 0,
      cacheCreationTokens: 0,
      costUsd: 1,
      isCostPartial: false,
    };
    const lines = renderStatus({ ...toStatusDocument(mixed), usage }, plain, rows).split('\n');
    expect(lines.length).toBeLessThanOrEqual(rows);
    const shown = ids.filter((id) => lines.some((line) => line.slice(2).startsWith(`${id} `)));
    const [, hidden = '0'] = /^… (\d+) more tasks?$/m.exec(lines.join('\n')) ?? [];
    expect(Number(hidden)).toBe(ids.length - shown.length);
    if (rows < 8)
      expect(shown).toEqual(rows === 6 ? ['failed', 'running'] : ['failed', 'running', 'pending']);
    expect(lines.some((line) => line.startsWith('used'))).toBe(rows === 20);
  });

  it('calls a run without running agents inactive and shows no time', () => {
    const text = renderStatus(toStatusDocument(state), { ...plain, isInactive: true });
    expect(text.split('\n')[1]).toBe(
      `○ inactive: 1 of 4 tasks completed (unverified), 1 working, 1 failed, 1 cancelled  ${RUN}`,
    );
  });

  it('colors by status', () => {
    const painted = renderStatus(toStatusDocument(state), {
      ...plain,
      paint: (color, text) => `<${color}>${text}</>`,
    });
    expect(painted).toContain('<green>✔</> a');
    expect(painted).toContain('<cyan>◐</> long-id');
    expect(painted).toContain('<red>✖</> c');
    expect(painted).toContain('<gray>⊘</> d');
  });
});
