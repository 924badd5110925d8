import type { WorkerQueue } from '../../engine/port.ts';
import { type Message, messageId } from '../../wire/message.ts';
import { sign } from '../../wire/signed.ts';
import { PROTOCOL } from '../../wire/wire-fields.ts';
import type { PlaceRecord } from '../place/place-record.ts';

interface Sender {
  queue: Pick<WorkerQueue, 'send'>;
  secret: string;
}

/** Tells the supervisor of an attempt that its worker was killed, so that it need not wait. */
export async function tellLost(
  { run, task, attempt, seq, machine }: PlaceRecord,
  { queue, secret }: Sender,
): Promise<void> {
  const why = `worker ${machine} was killed`;
  const about = { protocol: PROTOCOL, run, task, attempt, seq, machine } as const;
  const lost: Message = { kind: 'lost', ...about, why };
  await queue.send(run, messageId(lost), sign(lost, secret));
}
