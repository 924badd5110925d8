import type { Command } from 'commander';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { renderCleaned, renderQueue } from '../../view/machines/render-queue.ts';
import { type Answer, printAnswer } from '../answer.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';
import type { QueueOperations } from './worker-program.ts';

interface QueueFlags extends JsonFlag {
  queue?: string;
  pool?: string;
  olderThan: number;
}

interface Call {
  flags: QueueFlags;
  queue: QueueOperations;
  context: CliContext;
}

type Action = (call: Call) => Promise<Answer>;

const ACTIONS: Readonly<Record<string, Action>> = {
  status: showStatus,
  drain: (call) => setDraining(call, true),
  resume: (call) => setDraining(call, false),
  clean: cleanUp,
};

const DAY_MS = 24 * 3600 * 1000;

/** `swarm queue`. */
export function addQueueCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'queue')
    .option('--queue <url>', 'the queue (default: the value of SWARM_QUEUE_URL)')
    .option('--pool <pool>', 'with drain and resume, this pool alone')
    .option('--older-than <days>', 'with clean, the age in days of what is removed', Number, 7)
    .addOption(jsonOption())
    .action(async (action: string, flags: QueueFlags) => {
      const act = ACTIONS[action];
      if (!act) {
        const actions = Object.keys(ACTIONS);
        throw new SwarmError(
          `expected one of ${actions.join(', ')}, found "${action}"${didYouMean(action, actions)}`,
          EXIT.badInput,
        );
      }
      const program = await context.queue();
      const queue = await program.operate(flags.queue);
      try {
        printAnswer(await act({ flags, queue, context }), flags.json, context);
      } finally {
        queue.close();
      }
    });
}

async function showStatus({ queue }: Call): Promise<Answer> {
  const view = await queue.status();
  return { document: view, text: () => renderQueue(view) };
}

async function setDraining({ queue, flags }: Call, isDraining: boolean): Promise<Answer> {
  const pools = await queue.setDraining(flags.pool ?? null, isDraining);
  const text = () => {
    if (pools.length === 0) return 'no pool has orders or machines';
    const names = pools.join(', ');
    return isDraining
      ? `workers take nothing new from ${names}, and finish what runs; swarm queue resume ends that`
      : `workers take orders from ${names} again`;
  };
  return { document: { pools, isDraining }, text };
}

async function cleanUp({ queue, flags, context }: Call): Promise<Answer> {
  const { olderThan } = flags;
  if (!Number.isFinite(olderThan) || olderThan < 0) {
    throw new SwarmError('--older-than: expected a number of days such as 7', EXIT.badInput);
  }
  const cleaned = await queue.clean(olderThan * DAY_MS, Date.parse(context.now()));
  return { document: cleaned, text: () => renderCleaned(cleaned) };
}
