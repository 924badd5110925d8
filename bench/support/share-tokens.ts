import type { ModelRequest } from '../../test/support/scripted-model.ts';

type Turn = ModelRequest['raw']['messages'][number];

/** What the tasks of a run cost its conversation, in tokens; a token is taken as four characters. */
export interface Share {
  tasks: number;
  /** What the plugin adds: plan, launches, next steps and summary. */
  perTask: number;
  /** What the client adds for any agent: the answer to its launch, and its notification. */
  clientPerTask: number;
}

interface Run {
  tasks: number;
  /** The text of the plan, which is the work itself. */
  plan: string;
  /** The last message of every agent. */
  abstract: string;
}

const CHARACTERS_PER_TOKEN = 4;

/** @param turns a whole conversation; each text counts once, as it is cached after that */
export function shareTokens(turns: readonly Turn[], { tasks, plan, abstract }: Run): Share {
  const start = turns.findIndex(({ role }) => role === 'assistant');
  const launches = new Set(
    blocksOf(turns).flatMap(({ name, id }) => (name === 'Agent' ? [id] : [])),
  );
  let [ours, clients] = [0, 0];
  for (const block of blocksOf(turns.slice(start))) {
    const text = textOf(block).replaceAll(abstract, '').replace(plan, '');
    const notified = text.match(NOTIFICATION)?.join('').length ?? 0;
    if (block.tool_use_id !== undefined && launches.has(block.tool_use_id)) clients += text.length;
    else {
      clients += notified;
      ours += text.length - notified;
    }
  }
  const each = (characters: number) => Math.round(characters / CHARACTERS_PER_TOKEN / tasks);
  return { tasks, perTask: each(ours), clientPerTask: each(clients) };
}

const NOTIFICATION =
  /(?:<system-reminder>\n)?\[SYSTEM NOTIFICATION.*?<\/task-notification>(?:\n<\/system-reminder>)?/gs;

type Block = Exclude<Turn['content'], string>[number];

function blocksOf(turns: readonly Turn[]): readonly Block[] {
  return turns.flatMap(({ content }) =>
    typeof content === 'string' ? [{ type: 'text', text: content }] : content,
  );
}

function textOf({ text, input, content = '' }: Block): string {
  if (text !== undefined) return text;
  if (input !== undefined) return Object.values(input).map(String).join('\n');
  return typeof content === 'string' ? content : content.map(textOf).join('\n');
}
