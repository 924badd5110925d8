import { h } from 'preact';
import { stripControlCharacters } from '../text/strip-control-characters.ts';
import type { NamedFiring, NamedSchedule, TriggersPageData } from '../view/page/page-data.ts';
import { formatMoment } from '../view/triggers/format-moment.ts';
import { ActionForm } from './action-form.tsx';
import { Outbox } from './outbox.tsx';
import { PauseForm } from './pause-form.tsx';
import { TimeAgo } from './time-ago.tsx';
import { Warnings } from './warnings.tsx';
import { WebhookCard } from './webhook-card.tsx';

/** Schedules, webhooks and messages of all repositories, and what became of each firing. */
export function TriggersPage({ data }: { data: TriggersPageData }) {
  const { schedules, webhooks, outbox, history, now, hasRepositories, problems } = data;
  return (
    <div class="triggers">
      <header class="head">
        <h1>Triggers</h1>
        <p class="facts-line">What starts runs by itself, and what others are sent.</p>
      </header>
      <Warnings texts={problems} />
      {schedules.length + webhooks.length === 0 && (
        <div class="empty">
          <p>
            None yet. Add <code>schedules</code> or <code>webhooks</code> to{' '}
            <code>.claude/swarm-parallel.json</code>, and they appear here.
          </p>
        </div>
      )}
      <ul class="list">
        {schedules.map((schedule) => (
          <li key={`${schedule.repo}/${schedule.name}`}>
            <Schedule schedule={schedule} now={now} hasRepo={hasRepositories} />
          </li>
        ))}
        {webhooks.map((webhook) => (
          <li key={`${webhook.repo}/hook/${webhook.name}`}>
            <WebhookCard webhook={webhook} now={now} hasRepo={hasRepositories} />
          </li>
        ))}
      </ul>
      <Outbox entries={outbox} now={now} />
      <History firings={history} now={now} hasRepo={hasRepositories} />
    </div>
  );
}

function Schedule({
  schedule,
  now,
  hasRepo,
}: {
  schedule: NamedSchedule;
  now: number;
  hasRepo: boolean;
}) {
  const { repo, name, words, timezone, plan, next, paused, running, waiting, problems } = schedule;
  const target = (action: string) =>
    `/api/v1/schedules/${encodeURIComponent(name)}/${action}?repo=${encodeURIComponent(repo)}`;
  return (
    <article class={`card ${paused ? 'inactive' : 'working'}`}>
      <h2>{name}</h2>
      <p class="outcome">
        {words} ({timezone})
      </p>
      <p class="facts-line">
        {hasRepo && <span>{repo}</span>}
        <code>{plan}</code>
        {running.map((run) => (
          <a key={run} href={`/runs/${run}`}>
            running
          </a>
        ))}
        {waiting > 0 && <span>{waiting} waiting</span>}
      </p>
      {paused && (
        <p class="paused">
          Paused by {stripControlCharacters(paused.by)} <TimeAgo at={paused.at} now={now} />
          {paused.note !== null && `: ${stripControlCharacters(paused.note)}`}
        </p>
      )}
      <Warnings texts={problems} />
      {!paused && next.length > 0 && (
        <ol class="next" aria-label={`Next times of ${name}`}>
          {next.map((time) => (
            <li key={time}>
              <time dateTime={time}>{formatMoment(time, timezone)}</time>
            </li>
          ))}
        </ol>
      )}
      <div class="buttons">
        <ActionForm to={target('trigger')} label="Trigger now" spoken={`Trigger now ${name}`} />
        {paused ? (
          <ActionForm to={target('resume')} label="Resume" spoken={`Resume ${name}`} kind="main" />
        ) : (
          <PauseForm to={target('pause')} name={name} />
        )}
      </div>
    </article>
  );
}

function History({
  firings,
  now,
  hasRepo,
}: {
  firings: readonly NamedFiring[];
  now: number;
  hasRepo: boolean;
}) {
  if (firings.length === 0) return null;
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      <div class="wide">
        <table class="history-table">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">What</th>
              <th scope="col">Outcome</th>
            </tr>
          </thead>
          <tbody>
            {firings.map((firing) => (
              <tr key={`${firing.repo}/${firing.id}`}>
                <td>
                  <TimeAgo at={firing.at} now={now} />
                </td>
                <td>
                  {hasRepo && `${firing.repo} `}
                  {firing.name}
                  <small>
                    {describeOrigin(firing)}
                    {firing.origin !== 'scheduled' && firing.scheduledFor !== null && (
                      <span>
                        {' for '}
                        <TimeAgo at={firing.scheduledFor} now={now} />
                      </span>
                    )}
                  </small>
                </td>
                <td class={firing.outcome}>
                  {firing.words}{' '}
                  {firing.run !== null && <a href={`/runs/${firing.run}`}>open the run</a>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function describeOrigin({ origin, by, event }: NamedFiring): string {
  const how = origin === 'scheduled' ? '' : ` ${origin.replace('_', ' ')}`;
  const who = by === null ? '' : ` by ${stripControlCharacters(by)}`;
  return `${how}${who}${event === null ? '' : ` ${stripControlCharacters(event)}`}`;
}
