import { h } from 'preact';
import { plural } from '../text/format.ts';
import { stripControlCharacters } from '../text/strip-control-characters.ts';
import type { NamedMessage } from '../view/page/page-data.ts';
import { ActionForm } from './action-form.tsx';
import { TimeAgo } from './time-ago.tsx';

/** Messages to others that have not arrived. */
export function Outbox({ entries, now }: { entries: readonly NamedMessage[]; now: number }) {
  if (entries.length === 0) return null;
  return (
    <section aria-labelledby="outbox">
      <h2 id="outbox">Messages that have not arrived</h2>
      <ul class="list">
        {entries.map((entry) => (
          <li key={entry.id}>
            <article class={`card ${entry.nextAttemptAt === null ? 'failed' : 'pending'}`}>
              <p>
                <b>{entry.event}</b> to {entry.target}, <TimeAgo at={entry.at} now={now} />
              </p>
              <p class="outcome">
                {plural(entry.attempts, 'attempt')}
                {entry.error !== null && `: ${stripControlCharacters(entry.error)}`}
                {entry.nextAttemptAt === null
                  ? '; given up'
                  : `; next at ${entry.nextAttemptAt.slice(11, 19)} UTC`}
              </p>
              {entry.nextAttemptAt === null && (
                <div class="buttons">
                  <ActionForm
                    to={`/api/v1/replay?repo=${encodeURIComponent(entry.repo)}&id=${encodeURIComponent(entry.id)}`}
                    label="Send again"
                    spoken={`Send again ${entry.event} to ${entry.target}`}
                  />
                </div>
              )}
            </article>
          </li>
        ))}
      </ul>
    </section>
  );
}
