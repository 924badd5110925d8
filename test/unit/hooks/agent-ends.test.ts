import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ErrorCategory } from '../../../src/ledger/error-category.ts';
import { storeReport } from '../../../src/operations/store-report.ts';
import type { TaskStatus } from '../../../src/run/status-schema.ts';
import { type Harness, openHarness } from '../../support/hook-harness.ts';
import type { Payload } from '../../support/hook-payloads.ts';

/** The hook events of an agent's end, and the resulting state of its task. */
interface End {
  name: string;
  /** In the order in which the client sends them; hooks may run in any. */
  events: (harness: Harness) => Payload[];
  status: TaskStatus;
  category?: ErrorCategory;
  report?: string;
}

const CALL = 'toolu_a';
const AGENT = 'aa';
const DONE = { taskId: AGENT, toolUseId: CALL, status: 'completed' };
const HTTP_529 =
  'Agent "work" failed: Agent terminated early due to an API error: API Error: 529 overloaded (error type server_error, HTTP 529, model sent to the API: x)';
const HTTP_400 =
  'Agent "work" failed: Agent terminated early due to an API error: API Error: 400 bad (error type unknown, HTTP 400, model sent to the API: x)';
const HANDED_OVER =
  'This agent\'s report was delivered to you as a message from "aa" (its SubagentHandback call). Read it there; it is not repeated here.';
const WITHHELD =
  'The subagent ended without delivering a report through SubagentHandback, so no report was delivered.';

const IN_BACKGROUND: End[] = [
  {
    name: 'reports',
    events: ({ session }) => [
      session.subagentStop(AGENT, 'The report.'),
      session.notification({ ...DONE, result: 'The report.' }),
    ],
    status: 'completed',
    report: 'The report.',
  },
  {
    name: 'reports, and only the notification tells',
    events: ({ session }) => [session.notification({ ...DONE, result: 'The report.\n\n## more' })],
    status: 'completed',
    report: 'The report.\n\n## more',
  },
  {
    name: 'reports, and only SubagentStop tells',
    events: ({ session }) => [session.subagentStop(AGENT, 'The report.')],
    status: 'completed',
    report: 'The report.',
  },
  {
    name: 'fails for an overload',
    events: ({ session }) => [
      session.stopFailure(AGENT, 'server_error', 'API Error: 529 overloaded'),
      session.notification({ ...DONE, status: 'failed', summary: HTTP_529, result: 'partial' }),
    ],
    status: 'failed',
    category: 'transient',
  },
  {
    name: 'fails for a bad request',
    events: ({ session }) => [
      session.stopFailure(AGENT, 'unknown', 'API Error: 400 bad'),
      session.notification({ ...DONE, status: 'failed', summary: HTTP_400 }),
    ],
    status: 'failed',
    category: 'fatal',
  },
  {
    name: 'fails, and only the notification tells',
    events: ({ session }) => [
      session.notification({ ...DONE, status: 'failed', summary: HTTP_529 }),
    ],
    status: 'failed',
    category: 'transient',
  },
  {
    name: 'fails, and only StopFailure tells',
    events: ({ session }) => [session.stopFailure(AGENT, 'rate_limit', 'API Error: 429 slow down')],
    status: 'failed',
    category: 'transient',
  },
  {
    name: 'fails in an older client, which calls that completed',
    events: ({ session }) => [
      session.stopFailure(AGENT, 'server_error', 'API Error: 529 overloaded'),
      session.notification({ ...DONE, result: 'API Error: 529 overloaded' }),
    ],
    status: 'failed',
    category: 'transient',
  },
  {
    name: 'fails in an older client, and only the notification tells',
    events: ({ session }) => [
      session.notification({ ...DONE, result: 'API Error: 529 overloaded' }),
    ],
    status: 'failed',
    category: 'transient',
  },
  {
    name: 'fails, and reports after all',
    events: ({ session }) => [
      session.stopFailure(AGENT, 'server_error', 'API Error: 529 overloaded'),
      session.notification({ ...DONE, result: 'It worked.' }),
    ],
    status: 'completed',
    report: 'It worked.',
  },
  {
    name: 'is stopped by Claude',
    events: ({ session }) => [
      session.taskStop(AGENT),
      session.notification({
        ...DONE,
        status: 'killed',
        summary: 'Agent "work" was stopped by Claude',
      }),
    ],
    status: 'cancelled',
  },
  {
    name: 'is stopped by the person',
    events: ({ session }) => [
      session.notification({
        ...DONE,
        status: 'killed',
        summary: 'Agent "work" was stopped by user',
      }),
    ],
    status: 'cancelled',
  },
  {
    name: 'is ended by a hook',
    events: ({ session }) => [session.notification(DONE)],
    status: 'failed',
    category: 'empty',
  },
  {
    name: 'says nothing',
    events: ({ session }) => [session.subagentStop(AGENT), session.notification(DONE)],
    status: 'failed',
    category: 'empty',
  },
  {
    name: 'says nothing but blanks',
    events: ({ session }) => [
      session.subagentStop(AGENT, ' \n'),
      session.notification({ ...DONE, result: '\n ' }),
    ],
    status: 'failed',
    category: 'empty',
  },
  {
    name: 'hands its report over',
    events: ({ session }) => [
      session.handback(AGENT, 'The handed report\nline 2'),
      session.subagentStop(AGENT),
      session.notification({ ...DONE, result: HANDED_OVER }),
    ],
    status: 'completed',
    report: 'The handed report\nline 2',
  },
  {
    name: 'says a word, and hands its report over when the client asks',
    events: ({ session }) => [
      session.subagentStop(AGENT, 'I am done.'),
      session.handback(AGENT, 'The handed report\nline 2'),
      session.subagentStop(AGENT, 'I said so.'),
      session.notification({ ...DONE, result: HANDED_OVER }),
    ],
    status: 'completed',
    report: 'The handed report\nline 2',
  },
  {
    name: 'does not hand its report over, though it has one',
    events: ({ session }) => [
      session.subagentStop(AGENT, 'The report.'),
      session.subagentStop(AGENT, 'The report.'),
      session.notification({ ...DONE, result: WITHHELD }),
    ],
    status: 'completed',
    report: 'The report.',
  },
  {
    name: 'does not hand anything over',
    events: ({ session }) => [session.notification({ ...DONE, result: WITHHELD })],
    status: 'failed',
    category: 'empty',
  },
  {
    name: 'ends in a way that is not known yet',
    events: ({ session }) => [
      session.notification({ ...DONE, status: 'evaporated', summary: 'It evaporated' }),
    ],
    status: 'failed',
    category: 'lost',
  },
];

/** Orders in which hooks can run: as sent, backwards, and with the first event last. */
function orders(count: number): number[][] {
  const asSent = Array.from({ length: count }, (_, index) => index);
  const [first = 0, ...others] = asSent;
  const all = [asSent, asSent.toReversed(), [...others, first]];
  return [...new Map(all.map((order) => [order.join(), order])).values()];
}

function expectEnd(harness: Harness, end: End): void {
  const { status, category = null, report = null } = end;
  expect(harness.task('a')).toMatchObject({
    status,
    attempts: 1,
    error: category === null ? null : { category },
  });
  expect(harness.report('a')).toBe(report);
  expect(harness.status().counts).toMatchObject({ [status]: 1 });
}

describe('an agent in the background', () => {
  it.each(IN_BACKGROUND)(
    'that $name: the task is $status, in whatever order hooks run',
    async (end) => {
      await using sample = await openHarness({ a: [] });
      const count = end.events(sample).length + 1;
      for (const order of orders(count)) {
        await using harness = await openHarness({ a: [] });
        harness.launch('a');
        harness.send(harness.session.subagentStart(AGENT));
        const link = harness.session.agentLaunched(CALL, harness.token('a'), AGENT);
        const events = [link, ...end.events(harness)];
        for (const index of order) harness.send(events[index] ?? {});
        expect([order, harness.task('a').status]).toEqual([order, end.status]);
        expectEnd(harness, end);
        expect(harness.task('a').agentId).toBe(AGENT);
        if (end.report !== undefined) expect(harness.task('a').result).toBe('results/a.md');
      }
    },
  );

  it.each(IN_BACKGROUND)(
    'that $name: the task is $status, even if it counted as lost before',
    async (end) => {
      await using harness = await openHarness({ a: [] });
      harness.launch('a');
      harness.link('a');
      harness.send(harness.session.turnEnd());
      expect(harness.task('a')).toMatchObject({ status: 'failed', error: { category: 'lost' } });
      for (const event of end.events(harness)) harness.send(event);
      expectEnd(harness, end);
    },
  );

  it('does not count as lost if its session ended, even if the client says so', async () => {
    const tiers = { medium: { retry: { initialInterval: '1ms', maximumAttempts: 1 } } };
    await using harness = await openHarness({ a: [] }, { tiers });
    harness.launch('a');
    harness.link('a');
    harness.send(harness.session.sessionEnd('other'));
    harness.send(
      harness.session.notification({ ...DONE, status: 'lost', summary: "didn't finish" }),
    );
    expect(harness.task('a')).toMatchObject({ status: 'pending', error: null });
  });

  it.each(IN_BACKGROUND)(
    'that $name: the task is $status, even if every hook runs twice',
    async (end) => {
      await using harness = await openHarness({ a: [] });
      const events = [
        harness.session.preAgent(CALL, harness.token('a')),
        harness.session.subagentStart(AGENT),
        harness.session.agentLaunched(CALL, harness.token('a'), AGENT),
        ...end.events(harness),
      ];
      for (const event of [...events, ...events]) {
        harness.send(event);
        harness.send(event);
      }
      expectEnd(harness, end);
    },
  );

  it.each(IN_BACKGROUND)(
    'that stored a report and then $name: the task is completed',
    async (end) => {
      await using harness = await openHarness({ a: [] });
      harness.launch('a');
      harness.link('a');
      storeReport(harness.context, harness.token('a').slice(6), 'The full report.');
      for (const event of end.events(harness)) harness.send(event);
      expectEnd(harness, {
        ...end,
        status: 'completed',
        category: undefined,
        report: 'The full report.',
      });
    },
  );
});

describe('a report that is handed over', () => {
  async function endWithMessage(): Promise<Harness> {
    const harness = await openHarness({ a: [] });
    harness.launch('a');
    harness.send(harness.session.subagentStart(AGENT));
    harness.send(harness.session.subagentStop(AGENT, 'I am done.'));
    return harness;
  }
  const summaryOf = ({ paths }: Harness) => readFileSync(paths.summary, 'utf8');

  it('replaces a last message, even if the agent was linked to its task in between', async () => {
    await using harness = await endWithMessage();
    harness.link('a');
    expect(harness.report('a')).toBe('I am done.');
    harness.send(harness.session.handback(AGENT, 'The handed report'));
    expect(harness.report('a')).toBe('The handed report');
    expect(summaryOf(harness)).toContain('> The handed report');
  });

  it('is final: a second one, after a message to the agent, changes nothing', async () => {
    await using harness = await endWithMessage();
    harness.link('a');
    harness.send(harness.session.handback(AGENT, 'The handed report'));
    harness.send(harness.session.handback(AGENT, 'An answer to something else'));
    expect(harness.report('a')).toBe('The handed report');
  });
});

describe('an agent in the foreground', () => {
  const ENDS: End[] = [
    {
      name: 'reports',
      events: ({ session, token }) => [
        session.subagentStop(AGENT, 'The report.'),
        session.agentCompleted(CALL, token('a'), {
          agentId: AGENT,
          content: [{ type: 'text', text: 'The report.' }],
        }),
      ],
      status: 'completed',
      report: 'The report.',
    },
    {
      name: 'reports after it used tools',
      events: ({ session, token }) => [
        session.agentCompleted(CALL, token('a'), {
          agentId: AGENT,
          harnessNoteCount: 1,
          content: [
            { type: 'text', text: '<tools-used-before-summary>Bash</tools-used-before-summary>\n' },
            { type: 'text', text: 'The report.' },
          ],
        }),
      ],
      status: 'completed',
      report: 'The report.',
    },
    {
      name: 'hands its report over',
      events: ({ session, token }) => [
        session.subagentStop(AGENT),
        session.agentCompleted(CALL, token('a'), {
          agentId: AGENT,
          handback: 'send',
          handbackReport: { text: 'The handed report', toolUseId: 'x' },
          content: [{ type: 'text', text: HANDED_OVER }],
        }),
      ],
      status: 'completed',
      report: 'The handed report',
    },
    {
      name: 'says nothing',
      events: ({ session, token }) => [
        session.subagentStop(AGENT),
        session.agentCompleted(CALL, token('a'), { agentId: AGENT, content: [] }),
      ],
      status: 'failed',
      category: 'empty',
    },
    {
      name: 'fails for an overload',
      events: ({ session, token }) => [
        session.stopFailure(AGENT, 'server_error', 'API Error: 529 overloaded'),
        session.agentFailure(CALL, token('a'), HTTP_529.replace('Agent "work" failed: ', '')),
      ],
      status: 'failed',
      category: 'transient',
    },
    {
      name: 'fails for a bad request',
      events: ({ session, token }) => [
        session.stopFailure(AGENT, 'unknown', 'API Error: 400 bad'),
        session.agentFailure(CALL, token('a'), HTTP_400.replace('Agent "work" failed: ', '')),
      ],
      status: 'failed',
      category: 'fatal',
    },
    {
      name: 'is interrupted by the person',
      events: ({ session, token }) => [
        session.agentFailure(CALL, token('a'), 'Interrupted by user', true),
      ],
      status: 'cancelled',
    },
  ];

  it.each(ENDS)('that $name: the task is $status, in whatever order hooks run', async (end) => {
    await using sample = await openHarness({ a: [] });
    const count = end.events(sample).length;
    for (const order of orders(count)) {
      await using harness = await openHarness({ a: [] });
      harness.launch('a');
      harness.send(harness.session.subagentStart(AGENT));
      const events = end.events(harness);
      for (const index of order) harness.send(events[index] ?? {});
      expectEnd(harness, end);
    }
  });
});

describe('an agent that the client does not start', () => {
  it('because of its type fails the task', async () => {
    await using harness = await openHarness({ a: [] });
    harness.launch('a');
    const error = "Agent type 'nope' not found. Available agents: Explore";
    harness.send(harness.session.agentFailure(CALL, harness.token('a'), error));
    expect(harness.task('a')).toMatchObject({ status: 'failed', error: { category: 'fatal' } });
  });

  it('because of its limit leaves the task pending without using up an attempt', async () => {
    await using harness = await openHarness({ a: [] });
    const error =
      'Concurrent subagent limit reached. You can run 2 subagents at once. Do not retry.';
    for (const call of ['toolu_1', 'toolu_2']) {
      harness.send(harness.session.preAgent(call, harness.token('a')));
      harness.send(harness.session.agentFailure(call, harness.token('a'), error));
      expect(harness.task('a')).toMatchObject({ status: 'pending', attempts: 0 });
    }
    harness.send(harness.session.preAgent('toolu_3', harness.token('a')));
    expect(harness.task('a')).toMatchObject({ status: 'working', attempts: 1 });
  });

  it('puts no credential from the error into the ledger', async () => {
    await using harness = await openHarness({ a: [] });
    harness.launch('a');
    const secret = `sk-ant-${'a1B2'.repeat(10)}`;
    harness.send(
      harness.session.agentFailure(CALL, harness.token('a'), `No such agent: ${secret}`),
    );
    expect(JSON.stringify(harness.status())).toContain('No such agent: [redacted]');
  });
});
