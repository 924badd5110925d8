import { PassThrough } from 'node:stream';
import type { Answer } from './greeting.ts';

export interface StdioStreams {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
}

interface Greeter {
  answer(message: unknown): Promise<Answer> | Answer;
  /**
   * Serves the client from here on.
   * @param stdin begins with the messages that the server must know
   * @param answered the ids of requests among them that the client has its answers to
   */
  handOver(stdin: PassThrough, answered: ReadonlySet<unknown>): void;
  /** Called when the client is gone; perhaps more than once. */
  onGone(): void;
}

/** A longer line is no greeting; bytes. */
const LONGEST = 1_000_000;

const LINE_END = 0x0a;

/**
 * Answers a client for as long as its messages are known, and then hands it over: that message
 * and all after it, exactly as they came.
 */
export function greetOverStdio(
  { stdin, stdout }: StdioStreams,
  { answer, handOver, onGone }: Greeter,
): void {
  let rest: Buffer = Buffer.alloc(0);
  /** The handshake of a client that says only once who it is. */
  const handshake: Buffer[] = [];
  const answered = new Set<unknown>();
  const send = (id: unknown, { result }: { result: unknown }) =>
    void stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
  /** @returns whether the line is answered, now or later */
  const take = (line: Buffer): boolean => {
    const message = parse(line);
    const answers = answer(message);
    if (answers === undefined) return false;
    const { id, method } = message as { id?: unknown; method: string };
    if (method === 'initialize' || answers === 'nothing') {
      handshake.push(line);
      if (id !== undefined) answered.add(id);
    }
    if (answers instanceof Promise) {
      void answers.then((one) => typeof one === 'object' && send(id, one));
    } else if (answers !== 'nothing') send(id, answers);
    return true;
  };
  const leave = () => {
    stdin.off('data', read).off('end', gone).off('close', gone);
  };
  const gone = () => {
    leave();
    stdin.destroy();
    onGone();
  };
  const read = (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(LINE_END); end >= 0; end = rest.indexOf(LINE_END)) {
      if (!take(rest.subarray(0, end + 1))) return hand();
      rest = rest.subarray(end + 1);
    }
    if (rest.length > LONGEST) hand();
  };
  const hand = () => {
    leave();
    const input = new PassThrough();
    handOver(input, answered);
    for (const bytes of [...handshake, rest]) input.write(bytes);
    stdin.pipe(input);
  };
  stdin.on('data', read).once('end', gone).once('close', gone);
  // The client is gone even if its end of stdin is not seen.
  stdout.on('error', gone);
}

/** @returns null, to which there is no known answer, for what is not JSON */
function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return null;
  }
}
