import type { LedgerEvent } from '../../ledger/events.ts';
import type { Job, WorkerQueue } from '../engine/port.ts';
import { type Message, messageId } from '../wire/message.ts';
import { sign } from '../wire/signed.ts';
import { PROTOCOL } from '../wire/wire-fields.ts';
import type { Sending } from './forward.ts';

/** Sends the messages of one attempt to its supervisor. */
export interface Outbox {
  /** Resolves when the engine has the message. Once the attempt was given up, nothing is sent. */
  send(message: Sending): Promise<void>;
  /** Sends the end of an attempt that recorded nothing. */
  end(event: LedgerEvent): Promise<void>;
  /** Calls a function with the number of the next message, now and whenever it changes. */
  onNext(note: (next: number) => void): void;
}

export interface OutboxContext {
  queue: Pick<WorkerQueue, 'send'>;
  secret: string;
  /** The name of this machine. */
  machine: string;
}

/** @param job the address need not be verified: what is sent there is signed */
export function openOutbox({ address, signal }: Job, context: OutboxContext): Outbox {
  const { run, task, attempt } = address;
  const { queue, secret, machine } = context;
  let seq = 0;
  let note: (next: number) => void = () => {};
  const send = async (sending: Sending) => {
    if (signal.aborted) return;
    const message: Message = { ...sending, protocol: PROTOCOL, run, task, attempt, seq, machine };
    await queue.send(run, messageId(message), sign(message, secret));
    seq += 1;
    note(seq);
  };
  return {
    send,
    end: (event) =>
      send({ kind: 'ended', lines: [JSON.stringify(event)], files: {}, branch: null }),
    onNext(given) {
      note = given;
      note(seq);
    },
  };
}
