/** A queue as `swarm queue status` shows it. */
export interface QueueView {
  /** Without a password. */
  url: string;
  pools: PoolView[];
  machines: MachineView[];
  /** Runs whose supervisor has not read everything that workers sent. */
  inboxes: { run: string; unread: number }[];
  /** What the server lacks, one sentence each. */
  problems: string[];
}

export interface PoolView {
  pool: string;
  /** Orders that no worker has taken. */
  waiting: number;
  /** Orders that a worker executes. */
  active: number;
  /** How many attempts the machines that serve it run at once. */
  slots: number;
  /** Whether its workers take nothing new. */
  isDraining: boolean;
}

interface MachineView {
  name: string;
  pools: Readonly<Record<string, number>>;
  busy: number;
  version: string;
  /** ISO 8601. */
  seenAt: string;
}

/** What `swarm queue clean` removed. */
export interface CleanedQueue {
  /** Orders that waited, or are done. */
  orders: number;
  /** Runs whose messages nobody read. */
  inboxes: string[];
}
