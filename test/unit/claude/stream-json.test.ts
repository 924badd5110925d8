import { expect, it } from 'vitest';
import { newWorkerStream, readStreamLine } from '../../../src/claude/stream-json.ts';
import { outcomeOfExit, type WorkerExit } from '../../../src/supervisor/executor/worker-outcome.ts';

function read(...lines: (object | string)[]) {
  const stream = newWorkerStream();
  for (const line of lines) {
    readStreamLine(stream, typeof line === 'string' ? line : JSON.stringify(line));
  }
  return stream;
}

const says = (id: string, ...content: object[]) => ({
  type: 'assistant',
  message: { id, content, usage: { input_tokens: 10, output_tokens: 5 } },
});
const uses = (name: string, input: object) => ({ type: 'tool_use', name, input });
const result = (more: object = {}) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: 'the report',
  ...more,
});
const costs = (costUSD: number) => ({ model_usage_since_last_result: { m: { costUSD } } });

const ends = (more: Partial<WorkerExit>) =>
  outcomeOfExit({
    code: 0,
    signal: null,
    spawnError: null,
    stderr: '',
    stream: newWorkerStream(),
    ...more,
  });

it('counts the tokens of a message once, however many lines it has', () => {
  const { usage, activity } = read(
    says('m1', { type: 'text', text: 'I look' }),
    says('m1', uses('Bash', { command: 'ls', description: 'List files' })),
    says('m2', uses('Read', { file_path: 'a.ts' })),
  );
  expect(usage).toMatchObject({ toolCalls: 2, inputTokens: 20, outputTokens: 10 });
  expect(activity).toBe('Read: a.ts');
});

it('shows what a worker does, but not its progress reports', () => {
  const { activity, usage } = read(
    says('m1', uses('Bash', { command: 'npm test', description: 'Run the tests' })),
    says('m2', uses('Bash', { command: 'swarm checkpoint r/a 40 "half"', description: 'Record' })),
  );
  expect(activity).toBe('Bash: Run the tests');
  expect(usage.toolCalls).toBe(2);
});

it('adds up the cost of turns, without the earlier cost of a resumed session', () => {
  const turns = [
    result({ total_cost_usd: 5.1, ...costs(0.1) }),
    result({ total_cost_usd: 5.3, ...costs(0.2) }),
  ];
  expect(read(...turns).usage.costUsd).toBeCloseTo(0.3);
  expect(read(result({ total_cost_usd: 0.4 })).usage.costUsd).toBe(0.4);
});

it('ignores lines that are not from Claude Code', () => {
  const noise = ['', '{', '"type":"result"', '{"type":"result"}', '{"type":"assistant"}', '[1]'];
  expect(read(...noise)).toEqual(newWorkerStream());
});

it('treats a success as a report, even an empty one, which the ledger distinguishes', () => {
  expect(ends({ stream: read(result()) })).toMatchObject({
    outcome: 'reported',
    text: 'the report',
  });
  expect(ends({ stream: read(result({ result: '' })) })).toMatchObject({ text: '' });
});

it('categorizes an API error by its name, then by its text', () => {
  const text = 'API Error: 500 no';
  const error = result({ is_error: true, result: text });
  const named = { ...says('m1'), error: 'authentication_failed' };
  expect(ends({ code: 1, stream: read(error) })).toMatchObject({
    outcome: 'failed',
    category: 'transient',
    message: text,
  });
  expect(ends({ code: 1, stream: read(named, error) }).category).toBe('fatal');
});

it.each([
  [{ signal: 'SIGKILL', code: null }, 'lost'],
  [{ code: 143 }, 'lost'],
  [{ code: 1 }, 'lost'],
  [{ code: 0 }, 'lost'],
  [{ code: 1, stderr: "--agent 'x' not found.\n" }, 'fatal'],
  [{ code: null, spawnError: 'EAGAIN' }, 'transient'],
] as const)('without a result, %o is %s', (exit, category) => {
  expect(ends(exit).category).toBe(category);
});

it('treats a reached budget as fatal', () => {
  const over = result({ subtype: 'error_max_budget_usd', is_error: true, errors: ['Reached it'] });
  expect(ends({ code: 1, stream: read(over) })).toMatchObject({
    category: 'fatal',
    message: 'Reached it',
  });
});

it('counts the own agents of a worker that were running when it stored its report', () => {
  const running = (...ids: string[]) => ({
    type: 'system',
    subtype: 'background_tasks_changed',
    tasks: [...ids.map((task_id) => ({ task_id, task_type: 'local_agent' })), ...SHELL],
  });
  const SHELL = [{ task_id: 'b1', task_type: 'local_bash' }];
  const report = says('r', uses('Bash', { command: 'swarm result r/a -' }));

  expect(read(running('a1', 'a2'), report, running('a2'), running()).work.openAgents).toBe(2);
  expect(read(running('a1'), running(), report, result()).work.openAgents).toBe(0);
});
