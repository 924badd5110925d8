import { h } from 'preact';
import { plural } from '../text/format.ts';
import { stripControlCharacters } from '../text/strip-control-characters.ts';
import type { NamedWebhook } from '../view/page/page-data.ts';
import { TimeAgo } from './time-ago.tsx';
import { Warnings } from './warnings.tsx';

interface WebhookCardProps {
  webhook: NamedWebhook;
  now: number;
  hasRepo: boolean;
}

/** A webhook that starts runs, and what came in last. */
export function WebhookCard({ webhook, now, hasRepo }: WebhookCardProps) {
  const { repo, name, from, events, plan, path, running, waiting, rejected, problems } = webhook;
  return (
    <article class="card working">
      <h2>{name}</h2>
      <p class="outcome">
        Webhook from {from}
        {events.length > 0 && `: ${events.join(', ')}`}
      </p>
      <p class="facts-line">
        {hasRepo && <span>{repo}</span>}
        <code>POST {path}</code>
        <code>{plan}</code>
        {running.map((run) => (
          <a key={run} href={`/runs/${run}`}>
            running
          </a>
        ))}
        {waiting > 0 && <span>{waiting} waiting</span>}
      </p>
      {rejected.count > 0 && (
        <p class="paused">
          {plural(rejected.count, 'request')} refused
          {rejected.last && (
            <span>
              , the last one <TimeAgo at={rejected.last.at} now={now} />:{' '}
              {stripControlCharacters(rejected.last.reason)}
            </span>
          )}
        </p>
      )}
      <Warnings texts={problems} />
    </article>
  );
}
