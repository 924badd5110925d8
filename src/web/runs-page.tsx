import { h } from 'preact';
import { formatUsage } from '../run/usage.ts';
import { formatDuration, plural } from '../text/format.ts';
import { stripControlCharacters } from '../text/strip-control-characters.ts';
import type { RunRow, RunsPageData } from '../view/page/page-data.ts';
import { ProgressMeter } from './progress-meter.tsx';
import { StatusMark } from './status-mark.tsx';
import { TimeAgo } from './time-ago.tsx';

/** The list of runs, those that need a person or are working first. */
export function RunsPage({ data }: { data: RunsPageData }) {
  const { repositories, repo, runs, total, next, now } = data;
  const hasRepositories = repositories.length > 1;
  const current = runs.filter(isCurrent);
  const others = runs.filter((row) => !isCurrent(row));
  return (
    <div class="runs">
      <header class="head">
        <h1>Runs</h1>
        <p class="facts-line">
          <span>{plural(total, 'run')}</span>
          {!hasRepositories && <code>{repositories[0]?.root}</code>}
        </p>
        {hasRepositories && (
          <Repositories names={repositories.map(({ name }) => name)} current={repo} />
        )}
      </header>
      {runs.length === 0 && <NoRuns />}
      <RunSection
        title="Needs you or is working"
        rows={current}
        now={now}
        hasRepo={hasRepositories}
      />
      <RunSection title="Earlier" rows={others} now={now} hasRepo={hasRepositories} />
      {next !== null && (
        <p>
          <a
            class="button"
            href={`/?${repo === null ? '' : `repo=${encodeURIComponent(repo)}&`}before=${next}`}
          >
            Older runs
          </a>
        </p>
      )}
    </div>
  );
}

function isCurrent(row: RunRow): boolean {
  return 'status' in row && (row.status === 'working' || row.status === 'input_required');
}

function NoRuns() {
  return (
    <div class="empty">
      <p>
        No runs yet. Start one in a terminal with <code>swarm run plan.md</code>, or in Claude Code
        with <code>/swarm-parallel</code>. It appears here at once.
      </p>
    </div>
  );
}

function Repositories({ names, current }: { names: readonly string[]; current: string | null }) {
  return (
    <nav class="tabs" aria-label="Repositories">
      <a href="/" aria-current={current === null ? 'page' : undefined}>
        All
      </a>
      {names.map((name) => (
        <a
          key={name}
          href={`/?repo=${encodeURIComponent(name)}`}
          aria-current={name === current ? 'page' : undefined}
        >
          {name}
        </a>
      ))}
    </nav>
  );
}

interface RunSectionProps {
  title: string;
  rows: readonly RunRow[];
  now: number;
  hasRepo: boolean;
}

function RunSection({ title, rows, now, hasRepo }: RunSectionProps) {
  if (rows.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul class="list">
        {rows.map((row) => (
          <li key={row.run}>
            {'status' in row ? (
              <ReadableRun row={row} now={now} hasRepo={hasRepo} />
            ) : (
              <p class="unreadable">
                <code>{row.run}</code> cannot be read: {row.unreadable}
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function ReadableRun({
  row,
  now,
  hasRepo,
}: {
  row: Extract<RunRow, { status: unknown }>;
  now: number;
  hasRepo: boolean;
}) {
  const { run, repo, goal, status, startedAt, endedAt, usage, outcome, atWork } = row;
  const isRunning = endedAt === null && atWork;
  return (
    <article class={`card ${status}`}>
      <h3>
        <a href={`/runs/${run}`}>{stripControlCharacters(goal)}</a>
      </h3>
      <p class="outcome">
        <StatusMark status={status} isInactive={status === 'working' && !atWork} />{' '}
        <span>{outcome}</span>
      </p>
      {endedAt === null && (
        <ProgressMeter share={shareOf(row)} label="Progress of the run" status={status} />
      )}
      <p class="facts-line">
        {hasRepo && <span>{repo}</span>}
        <TimeAgo at={startedAt} now={now} />
        {isRunning && <span>running for {formatDuration(now - Date.parse(startedAt))}</span>}
        {usage && <span>{formatUsage(usage)}</span>}
        <code>{run}</code>
      </p>
    </article>
  );
}

function shareOf({ counts }: Extract<RunRow, { status: unknown }>): number {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return all === 0 ? 0 : counts.completed / all;
}
