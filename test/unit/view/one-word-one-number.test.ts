import { describe, expect, it } from 'vitest';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { renderSummary } from '../../../src/view/markdown/render-summary.ts';
import { toRunView } from '../../../src/view/run-view.ts';
import { progressOf } from '../../../src/view/status-labels.ts';
import { renderAgentRow } from '../../../src/view/terminal/agent-row.ts';
import { renderStatus } from '../../../src/view/terminal/render-status.ts';
import { at, ended, fold, launched, opened, started, stored } from '../../support/run-events.ts';

/** The same numbers, as every view shows them. */

const width = (text: string) => text.length;
const cut = (text: string, columns: number) => text.slice(0, columns);
const paint = (_: string, text: string) => text;

/** A task that ran for 59.6 seconds, and one that has been running for just as long. */
const state = fold(
  opened(['over', 'on']),
  launched('over', { at: at(0) }),
  started('over', { at: at(0) }),
  launched('on', { at: at(0) }),
  started('on', { at: at(0) }),
  stored('over', { at: at(100) }),
  ended('over', { at: at(59_600) }),
);
const status = toStatusDocument(state);
const now = Date.parse(at(59_600));

describe('one time', () => {
  it('is rounded in one way', () => {
    const line = (text: string, id: string) =>
      text.split('\n').find((one) => new RegExp(`^\\W+${id}\\b`).test(one)) ?? '';
    const terminal = renderStatus(status, { columns: 200, now, paint });
    const summary = renderSummary(state);
    const pane = toRunView(status, { now, isUnfolded: true });
    const [over, on] = pane.waves.flatMap(({ tasks }) => tasks.map(({ time }) => time.trim()));
    const row = (task: (typeof status.tasks)[number] | undefined) =>
      task ? renderAgentRow(task, { columns: 90, idColumns: 4, now, paint, width, cut }) : '';
    expect([over, on]).toEqual(['59s', '59s of 10m']);
    expect(line(terminal, 'over')).toMatch(/ 59s {2}/);
    expect(line(terminal, 'on')).toMatch(/ 59s of 10m {2}/);
    expect(summary).toMatch(/\| over: .*\| 59s \|/);
    expect(row(status.tasks[1])).toMatch(/59s of 10m$/);
    expect(pane.outcome).toMatch(/, 59s$/);
    expect(terminal.split('\n')[1]).toContain(', 59s ');
  });
});

describe('progress', () => {
  const of = (...tasks: [status: string, percent: number][]) =>
    progressOf({
      ...status,
      tasks: tasks.map(([name, percent]) => ({ ...status.tasks[0], status: name, percent })),
    } as typeof status);

  it('counts completed tasks, and no failed or cancelled one', () => {
    expect(of(['completed', 100], ['failed', 80], ['cancelled', 0], ['working', 40])).toBe(0.35);
    expect(of(['failed', 90], ['cancelled', 90])).toBe(0);
    expect(of(['completed', 100])).toBe(1);
  });
});
