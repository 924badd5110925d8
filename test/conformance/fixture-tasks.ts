import { randomUUID } from 'node:crypto';
import type { CallToolResult, InputRequests } from '@modelcontextprotocol/server';
import { type McpTask, type TaskStore, unknownTask } from '../../src/mcp/tasks/task-extension.ts';

interface Entry {
  task: McpTask;
  cancel: AbortController;
  answers: Map<string, unknown>;
  /** What the task waits for; by key. */
  asked: InputRequests;
  wake(): void;
}

/** What a fixture's work can do. */
export interface Work {
  signal: AbortSignal;
  /** Asks the person, and waits for all answers. */
  ask(requests: InputRequests): Promise<ReadonlyMap<string, unknown>>;
}

const TTL_MS = 60_000;

/** Tasks of fixtures, in memory: the product's are runs on the disk. */
export class FixtureTasks implements TaskStore {
  readonly #entries = new Map<string, Entry>();

  /** Starts a task that works in the background. */
  start(work: (work: Work) => Promise<CallToolResult>): McpTask {
    const now = new Date().toISOString();
    const task: McpTask = {
      taskId: randomUUID(),
      status: 'working',
      createdAt: now,
      lastUpdatedAt: now,
      ttlMs: TTL_MS,
      pollIntervalMs: 100,
    };
    const cancel = new AbortController();
    const entry: Entry = { task, cancel, answers: new Map(), asked: {}, wake() {} };
    this.#entries.set(task.taskId, entry);
    const settle = (end: object) => {
      if (entry.task.status !== 'cancelled') change(entry, end);
    };
    const ask = (requests: InputRequests) => askPerson(entry, requests);
    work({ signal: cancel.signal, ask }).then(
      (result) => settle({ status: 'completed', result }),
      (error: Error) =>
        settle({ status: 'failed', error: { code: -32603, message: error.message } }),
    );
    return entry.task;
  }

  get(id: string): McpTask {
    return this.#find(id).task;
  }

  update(id: string, responses: Readonly<Record<string, unknown>>): void {
    const entry = this.#find(id);
    for (const [key, response] of Object.entries(responses)) {
      if (!(key in entry.asked)) continue;
      entry.answers.set(key, response);
      const { [key]: _, ...asked } = entry.asked;
      entry.asked = asked;
    }
    if (entry.task.status !== 'input_required') return;
    if (Object.keys(entry.asked).length > 0) change(entry, { inputRequests: entry.asked });
    else entry.wake();
  }

  cancel(id: string): void {
    const entry = this.#find(id);
    if (entry.task.status !== 'working' && entry.task.status !== 'input_required') return;
    change(entry, { status: 'cancelled' });
    entry.cancel.abort();
  }

  #find(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw unknownTask('Task not found');
    return entry;
  }
}

function change(entry: Entry, more: object): void {
  const { inputRequests: _, ...task } = entry.task as McpTask & { inputRequests?: unknown };
  entry.task = { ...task, lastUpdatedAt: new Date().toISOString(), ...more } as McpTask;
}

async function askPerson(entry: Entry, requests: InputRequests) {
  entry.asked = requests;
  change(entry, { status: 'input_required', inputRequests: requests });
  await new Promise<void>((resolve) => {
    entry.wake = resolve;
  });
  change(entry, { status: 'working' });
  return entry.answers;
}
