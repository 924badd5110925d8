import type { Usage } from '../ledger/events.ts';
import { NOTHING_USED } from '../ledger/nothing-used.ts';
import { readLinesFrom } from '../platform/regular-file.ts';
import {
  AGENT_TASK,
  countOpenAgents,
  newWorkerStream,
  readStreamLine,
  type Work,
  type WorkerStream,
} from './stream-json.ts';

/** What a transcript of an agent shows. */
export interface Transcript {
  work: Work;
  usage: Usage;
  /** The tools that the client refused. */
  denied: Set<string>;
}

/** The client's texts for a refused call, with the tool's name; edits are refused by file. */
const REFUSED =
  /Permission to use (\w+) has been denied|requested permissions to use (\w+), but you haven't granted it|requested permissions to (?:write to|edit) [^"]+?, but you haven't granted it/g;

/**
 * Reads a transcript. Its lines have the form of those in a worker's stream; most are results of
 * tools, which are not parsed.
 */
export function readTranscript(text: string): Transcript {
  const stream = newWorkerStream();
  const denied = new Set<string>();
  const calls = new Set<string>();
  let hasReported = false;
  for (const line of text.split('\n')) {
    if (line.includes('"type":"assistant"')) {
      readStreamLine(stream, line);
      hasReported ||= line.includes('"command":"swarm result ');
      for (const [, id = ''] of line.matchAll(AGENT_CALL)) calls.add(id);
    } else if (line.includes('"is_error":true')) {
      for (const [, one, other] of line.matchAll(REFUSED)) denied.add(one ?? other ?? 'Edit');
    } else if (calls.size > 0) readOwnAgents(stream, calls, line);
  }
  // Otherwise its last message is its report.
  if (!hasReported) stream.work.openAgents = countOpenAgents(stream);
  return { work: stream.work, usage: stream.usage, denied };
}

const AGENT_CALL = /"type":"tool_use","id":"([^"]+)","name":"(?:Agent|Task)"/g;

/** The client's answer to the launch of an agent in the background, and the end of one. */
const LAUNCHED = /Async agent launched successfully\.[^"]*?agentId: (\w+)/;
const ENDED = /<task-notification>[^"]*?<task-id>(\w+)<\/task-id>/g;

/** Notes which agents an agent has launched in the background, and which of them have ended. */
function readOwnAgents(
  { background }: WorkerStream,
  calls: ReadonlySet<string>,
  line: string,
): void {
  const [, launched] = line.includes('Async agent launched') ? (LAUNCHED.exec(line) ?? []) : [];
  const isAnswer = [...calls].some((id) => line.includes(`"tool_use_id":"${id}"`));
  if (launched && isAnswer) background.set(launched, AGENT_TASK);
  if (!line.includes('<task-notification>')) return;
  for (const [, ended = ''] of line.matchAll(ENDED)) background.delete(ended);
}

/** What was counted of a transcript so far. */
interface Counted {
  usage: Usage;
  /** Where the next line begins, in bytes. */
  readTo: number;
  /** Every block of a message is a line of its own, and all have its tokens. */
  countedMessage: string | null;
}

/**
 * Counts what an agent has used, from where the last count stopped.
 * @param earlier null for the first count
 * @throws when the transcript cannot be read
 */
export function readTranscriptUsage(path: string, earlier: Counted | null): Counted {
  const { usage = NOTHING_USED, readTo: start = 0, countedMessage = null } = earlier ?? {};
  const stream = { ...newWorkerStream(), usage: { ...usage }, countedMessage };
  const { lines, end } = readLinesFrom(path, start);
  for (const line of lines) if (line.includes('"type":"assistant"')) readStreamLine(stream, line);
  return { usage: stream.usage, readTo: end, countedMessage: stream.countedMessage };
}
