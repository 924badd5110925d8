import { plural } from '../../text/format.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import { describeOutcome } from './describe-firing.ts';
import { formatMoment } from './format-moment.ts';
import { WAKES } from './render-schedules.ts';
import type { OutboxEntry, OutboxView, WebhookTest, WebhookView } from './trigger-views.ts';

const MAX_TEXT = 300;

/** The webhooks of a repository, a few lines each. */
export function renderWebhooks(webhooks: readonly WebhookView[]): string {
  if (webhooks.length === 0) {
    return 'no webhooks in .claude/swarm-parallel.json; docs/webhooks.md shows an example';
  }
  return webhooks.map(renderWebhook).join('\n\n');
}

function renderWebhook(webhook: WebhookView): string {
  const { name, from, events, plan, wake, path, running, waiting, last, problems } = webhook;
  const [newest] = last;
  return [
    `${name}: ${from}, ${events.length > 0 ? events.join(', ') : 'every event'}, ${plan}`,
    `  POST ${path}`,
    ...(wake ? [WAKES] : []),
    ...running.map((run) => `  running: ${run}`),
    ...(waiting > 0 ? [`  waiting: ${plural(waiting, 'delivery').replace('ys', 'ies')}`] : []),
    ...(newest ? [`  last: ${formatMoment(newest.at)} ${describeOutcome(newest)}`] : []),
    ...problems.map((problem) => `  ! ${sanitizeLine(problem, MAX_TEXT)}`),
  ].join('\n');
}

/** Messages to other programs that have not arrived, one line each. */
export function renderOutbox({ pending, dead }: Pick<OutboxView, 'pending' | 'dead'>): string[] {
  const line = ({ id, event, target, attempts, error }: OutboxEntry, end: string) =>
    sanitizeLine(
      `${id}  ${event} to ${target}: ${plural(attempts, 'attempt')}${error === null ? '' : `, ${error}`}${end}`,
      MAX_TEXT,
    );
  return [
    ...pending.map((one) =>
      line(one, one.nextAttemptAt === null ? '' : `; next ${formatMoment(one.nextAttemptAt)}`),
    ),
    ...dead.map((one) => line(one, '; given up')),
    ...(dead.length > 0 ? ['', 'Send one again: swarm webhook replay <id>'] : []),
  ];
}

/** What a webhook would do with a payload. */
export function renderWebhookTest(test: WebhookTest): string {
  const { webhook, event, isWanted, inputs, goal, titles, problems } = test;
  const isGood = problems.length === 0;
  const outcome = isWanted ? 'would start a run' : 'would be ignored: its event is not configured';
  const line = (text: string) => sanitizeLine(text, MAX_TEXT);
  return [
    `${webhook}: ${event === '' ? 'a delivery without an event' : line(event)} ${isGood ? outcome : 'would fail'}`,
    ...Object.entries(inputs).map(([name, value]) => `  ${name}: ${line(value)}`),
    ...(goal === null ? [] : [`  goal: ${line(goal)}`]),
    ...titles.map((title) => `  task: ${line(title)}`),
    ...problems.map((problem) => `  ! ${line(problem)}`),
  ].join('\n');
}
