import type { FiringView, WebhookView } from '../../view/triggers/trigger-views.ts';
import type { NamedWebhook } from '../config/named-triggers.ts';
import { firingsOf, workload } from '../schedules/schedule-view.ts';
import type { HistoryState } from '../store/history-state.ts';

/** Requests that were not accepted since this process has been running. */
export interface Rejections {
  count: number;
  last: { at: string; reason: string } | null;
}

/** What a view of a webhook is made from. */
export interface WebhookFacts {
  state: HistoryState;
  rejected: Rejections;
  /** The newest deliveries, newest first. */
  last: FiringView[];
  /** What is wrong with its plan or its secret. */
  problems: string[];
}

/** A webhook as it is shown. */
export function viewOfWebhook(
  webhook: NamedWebhook,
  { state, ...facts }: WebhookFacts,
): WebhookView {
  const { name, from, events, plan, overlap, wake } = webhook;
  return {
    ...{ name, from, events, plan, overlap, wake },
    path: `/hooks/${name}`,
    ...workload(firingsOf(state, 'webhook', name)),
    ...facts,
  };
}
