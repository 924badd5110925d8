import { sha256 } from '../../src/platform/sha256.ts';
import type {
  Blobs,
  Job,
  Machine,
  OrderAddress,
  OrderState,
  SupervisorQueue,
  WorkerQueue,
} from '../../src/queue/engine/port.ts';
import type { Signed } from '../../src/queue/wire/signed.ts';

interface FakeJob {
  order: Signed;
  address: OrderAddress;
  state: Exclude<OrderState, 'unknown'>;
  lost: AbortController;
}

interface Inbox {
  seen: Set<string>;
  messages: Signed[];
  handle: ((message: Signed) => Promise<void>) | null;
  isBusy: boolean;
}

interface Stop {
  isForGood: boolean | null;
  listeners: Set<(isForGood: boolean) => void>;
}

/** An engine in memory with its two sides, which behaves as the port says. */
export interface FakeQueue {
  supervisor(): SupervisorQueue;
  worker(): WorkerQueue;
  /** Gives an attempt up, as when its worker was no longer heard of. */
  lose(attempt: string): void;
  /** While it is away, nothing is taken or delivered. */
  setAway(isAway: boolean): void;
  /** Everything that was sent for a run, in order. */
  sentTo(run: string): readonly Signed[];
}

export function makeFakeQueue(): FakeQueue {
  const jobs = new Map<string, FakeJob>();
  const inboxes = new Map<string, Inbox>();
  const sent = new Map<string, Signed[]>();
  const stops = new Map<string, Stop>();
  const contents = new Map<string, Buffer>();
  const machines = new Map<string, Machine>();
  const lostListeners = new Set<(attempt: string) => void>();
  const takers = new Set<() => void>();
  const returned = new Set<() => void>();
  let isAway = false;

  const back = () =>
    isAway ? new Promise<void>((resolve) => void returned.add(resolve)) : Promise.resolve();
  const offer = () => takers.forEach((take) => void take());
  const stopOf = (attempt: string): Stop =>
    getOrAdd(stops, attempt, () => ({ isForGood: null, listeners: new Set() }));
  const inboxOf = (run: string): Inbox =>
    getOrAdd(inboxes, run, () => ({
      ...{ seen: new Set<string>(), messages: [], handle: null, isBusy: false },
    }));

  const deliver = async (run: string): Promise<void> => {
    const inbox = inboxOf(run);
    if (inbox.isBusy) return;
    inbox.isBusy = true;
    try {
      for (;;) {
        await back();
        const [message] = inbox.messages;
        if (!inbox.handle || !message) return;
        await inbox.handle(message);
        inbox.messages.shift();
      }
    } finally {
      inbox.isBusy = false;
    }
  };

  const blobs: Blobs = {
    async put(content) {
      const key = sha256(content);
      contents.set(key, content);
      return key;
    },
    get: async (key) => contents.get(key) ?? null,
  };

  const supervisor = (): SupervisorQueue => ({
    blobs,
    async submit(order, address) {
      await back();
      if (jobs.has(address.attempt)) return;
      jobs.set(address.attempt, { order, address, state: 'waiting', lost: new AbortController() });
      offer();
    },
    async withdraw(_, attempt) {
      if (jobs.get(attempt)?.state !== 'waiting') return false;
      return jobs.delete(attempt);
    },
    async stop(attempt, isForGood) {
      const stop = stopOf(attempt);
      stop.isForGood = isForGood;
      for (const listener of stop.listeners) listener(isForGood);
    },
    find: async (_, attempts) =>
      new Map(attempts.map((attempt) => [attempt, jobs.get(attempt)?.state ?? 'unknown'])),
    async consume(run, handle) {
      const inbox = inboxOf(run);
      inbox.handle = handle;
      void deliver(run);
      return async () => {
        inbox.handle = null;
      };
    },
    async forget(run) {
      inboxes.delete(run);
    },
    backlog: async (run) => inboxOf(run).messages.length,
    onStalled(_, lost) {
      lostListeners.add(lost);
      return () => void lostListeners.delete(lost);
    },
    machines: async () => [...machines.values()],
    close: async () => {},
  });

  const worker = (): WorkerQueue => ({
    blobs,
    serve(pools, work) {
      const busy = new Map<string, number>();
      const running = new Set<Promise<void>>();
      let isOpen = true;
      const take = () => {
        if (!isOpen || isAway) return;
        for (const job of jobs.values()) {
          const { pool } = job.address;
          const count = busy.get(pool) ?? 0;
          if (job.state !== 'waiting' || count >= (pools[pool] ?? 0)) continue;
          job.state = 'active';
          busy.set(pool, count + 1);
          const given: Job = { address: job.address, signal: job.lost.signal };
          const done = work(job.order, given).finally(() => {
            job.state = 'ended';
            busy.set(pool, (busy.get(pool) ?? 1) - 1);
            running.delete(done);
            take();
          });
          running.add(done);
        }
      };
      takers.add(take);
      take();
      const pause = async () => {
        isOpen = false;
        takers.delete(take);
      };
      return {
        pause,
        async close() {
          await pause();
          await Promise.allSettled([...running]);
        },
      };
    },
    async send(run, id, message) {
      await back();
      const inbox = inboxOf(run);
      if (inbox.seen.has(id)) return;
      inbox.seen.add(id);
      inbox.messages.push(message);
      getOrAdd(sent, run, () => []).push(message);
      void deliver(run);
    },
    onStop(attempt, stop) {
      const { isForGood, listeners } = stopOf(attempt);
      listeners.add(stop);
      if (isForGood !== null) stop(isForGood);
      return () => void listeners.delete(stop);
    },
    announce(machine) {
      machines.set(machine.name, { ...machine, seenAt: new Date().toISOString() });
    },
    isReady: () => !isAway,
    problems: async () => [],
    close: async () => {},
  });

  return {
    supervisor,
    worker,
    lose(attempt) {
      const job = jobs.get(attempt);
      if (!job) return;
      job.state = 'ended';
      job.lost.abort();
      for (const listener of lostListeners) listener(attempt);
    },
    setAway(away) {
      isAway = away;
      if (away) return;
      for (const resolve of returned) resolve();
      returned.clear();
      offer();
    },
    sentTo: (run) => sent.get(run) ?? [],
  };
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
