import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import type {
  FiringView,
  OutboxEntry,
  OutboxView,
  WebhookTest,
  WebhookView,
} from '../../view/triggers/trigger-views.ts';
import { type Answer, printAnswer } from '../answer.ts';
import type { CliContext } from '../cli-context.ts';
import { columnsOf } from '../columns-of.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';
import {
  actionOf,
  assertReadable,
  BY,
  DEFAULT_LIMIT,
  required,
  setExitCode,
  type TriggersProgram,
  warnWithoutHub,
  wholeNumber,
} from './schedule.ts';

/** The webhooks of a repository, which the entry hands in. */
export interface WebhooksProgram extends TriggersProgram {
  book: TriggersProgram['book'] & {
    webhooks(): WebhookView[];
    replay(id: string, by: string): FiringView;
  };
  /** Messages to other programs that have not arrived everywhere. */
  outbox(): OutboxView;
  /** Sends a message again. @returns the targets that still do not have it */
  replayMessage(id: string, by: string): Promise<OutboxEntry[]>;
  /** Passes a payload through a webhook without storing or starting anything. */
  testWebhook(name: string, sample: { body: string; event: string }): Promise<WebhookTest>;
}

interface WebhookFlags extends JsonFlag {
  payload?: string;
  event?: string;
  limit?: number;
}

interface Call {
  name: string | undefined;
  flags: WebhookFlags;
  triggers: WebhooksProgram;
  context: CliContext;
}

type Action = (call: Call) => Promise<Answer>;

const ACTIONS: Readonly<Record<string, Action>> = {
  list: listWebhooks,
  test: testPayload,
  history: showHistory,
  replay,
};

/** `swarm webhook`. */
export function addWebhookCommand(
  program: Command,
  context: CliContext,
  loadTriggers: () => Promise<WebhooksProgram>,
): void {
  declareCommand(program, 'webhook')
    .option('--payload <file>', 'what to test with; "-" reads stdin (default: {})')
    .option(
      '--event <name>',
      'the event of a sender that names it in a header (default: the first one)',
    )
    .option('--limit <n>', 'how many deliveries to show (default: 20)', wholeNumber)
    .addOption(jsonOption())
    .action(async (action: string, name: string | undefined, flags: WebhookFlags) => {
      const carryOut = actionOf(action, ACTIONS);
      const triggers = await loadTriggers();
      assertReadable(triggers);
      printAnswer(await carryOut({ name, flags, triggers, context }), flags.json, context);
    });
}

async function listWebhooks({ name, triggers, context }: Call): Promise<Answer> {
  const { renderWebhooks } = await import('../../view/triggers/render-webhooks.ts');
  const all = triggers.book.webhooks();
  const webhooks = name === undefined ? all : [find(all, name)];
  const isServed = warnWithoutHub(webhooks, triggers, context);
  return { document: { webhooks, isServed }, text: () => renderWebhooks(webhooks) };
}

async function testPayload({ name, flags, triggers, context }: Call): Promise<Answer> {
  const { renderWebhookTest } = await import('../../view/triggers/render-webhooks.ts');
  const webhook = find(triggers.book.webhooks(), required(name, 'webhook test'));
  const event = flags.event ?? webhook.events[0] ?? '';
  const body = readPayload(flags.payload, context);
  const test = await triggers.testWebhook(webhook.name, { body, event });
  if (test.problems.length > 0) context.process.setExitCode(EXIT.notCompleted);
  return { document: test, text: () => renderWebhookTest(test) };
}

async function showHistory({ name, flags, triggers, context }: Call): Promise<Answer> {
  const { renderFirings } = await import('../../view/triggers/render-schedules.ts');
  const { renderOutbox } = await import('../../view/triggers/render-webhooks.ts');
  const limit = flags.limit ?? DEFAULT_LIMIT;
  const query = { trigger: 'webhook', limit, ...(name === undefined ? {} : { name }) } as const;
  const firings = triggers.book.history(query);
  const { pending, dead } = triggers.outbox();
  const text = () =>
    [
      renderFirings(firings, columnsOf(context), { withIds: true }),
      ...(name === undefined ? renderOutbox({ pending, dead }) : []),
    ].join('\n');
  return { document: { firings, messages: { pending, dead } }, text };
}

async function replay({ name, triggers, context }: Call): Promise<Answer> {
  const { renderRequested } = await import('../../view/triggers/render-schedules.ts');
  const id = required(name, 'webhook replay', 'ID');
  if (id.startsWith(MESSAGE_ID)) return replayMessage(id, triggers, context);
  const requested = triggers.book.replay(id, BY);
  const [firing = requested] = await triggers.settle([requested.id]);
  setExitCode([firing], context);
  return { document: firing, text: () => renderRequested([firing]) };
}

/** With which the ids of messages begin, and no name of a webhook. */
const MESSAGE_ID = 'msg_';

async function replayMessage(
  id: string,
  triggers: WebhooksProgram,
  context: CliContext,
): Promise<Answer> {
  const { renderOutbox } = await import('../../view/triggers/render-webhooks.ts');
  const missing = await triggers.replayMessage(id, BY);
  if (missing.length > 0) context.process.setExitCode(EXIT.notCompleted);
  const text = () =>
    missing.length === 0
      ? `message ${id} was delivered`
      : renderOutbox({ pending: missing, dead: [] }).join('\n');
  return { document: { message: id, missing }, text };
}

function find(webhooks: readonly WebhookView[], name: string): WebhookView {
  const found = webhooks.find((one) => one.name === name);
  if (found) return found;
  const known = webhooks.map((one) => one.name).join(', ') || 'none is configured';
  throw new SwarmError(`no webhook ${name}; expected one of: ${known}`, EXIT.notFound);
}

/** @throws {SwarmError} when there is no such file */
function readPayload(file: string | undefined, { cwd, readStdin }: CliContext): string {
  if (file === undefined) return '{}';
  if (file === '-') return readStdin().toString('utf8');
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SwarmError(`--payload: expected a file, found ${code} for ${file}`);
  }
}
