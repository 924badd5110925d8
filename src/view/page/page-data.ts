import type { RunStatus, StatusDocument, UsageSum } from '../../run/status-schema.ts';
import type {
  FiringView,
  OutboxEntry,
  ScheduleView,
  WebhookView,
} from '../triggers/trigger-views.ts';
import type { TaskDetails } from './task-details.ts';

/** What the pages of the hub are drawn from, on the server and in the browser. It is plain JSON. */
export type PageData = RunsPageData | RunPageData | TimelinePageData | TriggersPageData;

interface CommonData {
  /** Milliseconds since the epoch at which the server drew the page. */
  now: number;
  version: string;
}

/** A row in the list of runs. */
export type RunRow = { repo: string; run: string } & (
  | {
      goal: string;
      status: RunStatus;
      startedAt: string;
      endedAt: string | null;
      counts: StatusDocument['counts'];
      usage: UsageSum | null;
      outcome: string;
      /** Whether a supervisor, an agent or its session is working on it. */
      atWork: boolean;
    }
  | { unreadable: string }
);

export interface RunsPageData extends CommonData {
  kind: 'runs';
  repositories: { name: string; root: string }[];
  /** The only repository whose runs are listed; null for all. */
  repo: string | null;
  runs: RunRow[];
  total: number;
  /** The id before which the next page begins; null on the last page. */
  next: string | null;
  /** Whether it is the first page, which grows when runs are created. */
  isFirst: boolean;
}

/** What both pages of a run need; an event of its stream has the same fields. */
export interface RunState {
  repo: string;
  run: string;
  atWork: boolean;
  /** Whether its tasks are launched by `swarm run`; otherwise a Claude Code session does that. */
  isHeadless: boolean;
  status: StatusDocument;
  /** By task. */
  details: Record<string, TaskDetails>;
  /** What is wrong with its files, one line each. */
  notes: string[];
}

export interface RunPageData extends CommonData, RunState {
  kind: 'run';
}

export interface TimelinePageData extends CommonData, RunState {
  kind: 'timeline';
}

/** A schedule, and the repository that it is in. */
export type NamedSchedule = ScheduleView & { repo: string };
export type NamedWebhook = WebhookView & { repo: string };
export type NamedMessage = OutboxEntry & { repo: string };
export type NamedFiring = FiringView & {
  repo: string;
  /** What became of it. */
  words: string;
};

export interface TriggersPageData extends CommonData {
  kind: 'triggers';
  hasRepositories: boolean;
  schedules: NamedSchedule[];
  webhooks: NamedWebhook[];
  /** Messages that wait or were given up. */
  outbox: NamedMessage[];
  /** The newest firings of all triggers, newest first. */
  history: NamedFiring[];
  /** What is wrong with the configuration, one line each. */
  problems: string[];
}
