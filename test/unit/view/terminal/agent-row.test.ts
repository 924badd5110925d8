import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { TaskStatusEntry } from '../../../../src/run/status-schema.ts';
import { TASK_STATUSES } from '../../../../src/run/task-statuses.ts';
import { truncateToWidth } from '../../../../src/text/display-width-wide.ts';
import { type AgentRowView, renderAgentRow } from '../../../../src/view/terminal/agent-row.ts';
import {
  at,
  checkpoint,
  ended,
  entryOf,
  fold,
  launched,
  opened,
  started,
} from '../../../support/run-events.ts';

const plain: AgentRowView = {
  columns: 60,
  idColumns: 6,
  now: Date.parse(at(62_002)),
  paint: (_, text) => text,
  width: stringWidth,
  cut: truncateToWidth,
};

const working = entryOf(
  fold(
    opened(['routes']),
    launched('routes'),
    started('routes'),
    checkpoint('routes', 40, '12/30'),
  ),
  'routes',
);

const render = (task: Partial<TaskStatusEntry>, view: Partial<AgentRowView> = {}) =>
  renderAgentRow({ ...working, ...task }, { ...plain, ...view });

describe('renderAgentRow', () => {
  it('shows task, bar, percent, the last message and the time against the deadline', () => {
    expect(render({})).toBe(`◐ routes  ████░░░░░░   40%  12/30${' '.repeat(14)}1m 02s of 10m`);
  });

  it('shows attempts from the second on', () => {
    expect(render({ attempts: 2 })).toMatch(/ {2}1m 02s of 10m, attempt 2$/);
  });

  it('leaves out what does not fit, least important first', () => {
    const message = 'looked at the first twelve of thirty files';
    const at = (columns: number) => render({ message }, { columns });
    expect(at(60)).toBe('◐ routes  ████░░░░░░   40%  looked at the fi…  1m 02s of 10m');
    expect(at(50)).toMatch(/^◐ routes {2}████░░░░░░ {3}40% +1m 02s of 10m$/);
    expect(at(42)).toBe('◐ routes  40%  1m 02s of 10m');
    expect(at(20)).toBe('◐ routes  40%');
    expect(at(9)).toBe('◐ routes…');
  });

  it('shows how an agent ended', () => {
    const failed = entryOf(
      fold(
        opened(['routes']),
        launched('routes'),
        started('routes'),
        ended('routes', { outcome: 'failed', category: 'fatal', message: 'HTTP 400' }),
      ),
      'routes',
    );
    expect(renderAgentRow(failed, plain)).toBe(
      `✖ routes  ░░░░░░░░░░    0%  HTTP 400${' '.repeat(14)}failed, 0s`,
    );
    expect(render({ status: 'input_required' })).toMatch(/waiting for approval, 1m 02s/);
  });

  it('contains no control characters', () => {
    expect(render({ message: 'a\u001b[2J\r\nb\u202ec' })).toContain('  a[2J bc ');
  });

  it('colors the state and dims the time', () => {
    const row = render({}, { paint: (color, text) => `<${color}>${text}</>` });
    expect(row).toBe(
      `<cyan>◐ routes</>  <cyan>████░░░░░░</>   40%  12/30${' '.repeat(14)}<dim>1m 02s of 10m</>`,
    );
  });

  it('fits every width', () => {
    const tasks = fc.record({
      message: fc.option(fc.string({ unit: 'grapheme', maxLength: 80 })),
      percent: fc.integer({ min: 0, max: 100 }),
      attempts: fc.integer({ min: 1, max: 20 }),
      status: fc.constantFrom(...TASK_STATUSES),
      id: fc.stringMatching(/^[a-z][a-z0-9-]{0,40}$/),
    });
    fc.assert(
      fc.property(tasks, fc.integer({ min: 1, max: 200 }), (task, columns) => {
        expect(stringWidth(render(task, { columns }))).toBeLessThanOrEqual(columns);
      }),
      { seed: 20261122 },
    );
  });
});
