import { h } from 'preact';
import { planWaves } from '../plan/waves.ts';
import type { TaskStatusEntry } from '../run/status-schema.ts';
import { formatUsage } from '../run/usage.ts';
import { formatDuration, plural } from '../text/format.ts';
import { stripControlCharacters } from '../text/strip-control-characters.ts';
import type { RunPageData } from '../view/page/page-data.ts';
import { outcomeLine, progressOf } from '../view/status-labels.ts';
import { ActionForm, actionPath } from './action-form.tsx';
import { GateCard } from './gate-card.tsx';
import { MergeState } from './merge-state.tsx';
import { ProgressMeter } from './progress-meter.tsx';
import { RunTabs } from './run-tabs.tsx';
import { StatusMark } from './status-mark.tsx';
import { TaskRow } from './task-row.tsx';
import { TimeAgo } from './time-ago.tsx';
import { Warnings } from './warnings.tsx';

/** The page of one run: what waits for a person, then every task by wave. */
export function RunPage({ data }: { data: RunPageData }) {
  const { run, status, details, now, notes } = data;
  const isMoving = data.atWork && status.endedAt === null;
  const gates = status.tasks.flatMap(({ id }) => {
    const gate = details[id]?.gate;
    return gate ? [{ id, gate }] : [];
  });
  return (
    <div class="run">
      <RunHead data={data} />
      {gates.length > 0 && (
        <section class="gates" aria-label="Waiting for approval">
          {gates.map(({ id, gate }) => (
            <GateCard key={id} run={run} task={id} gate={gate} now={now} />
          ))}
        </section>
      )}
      <Warnings texts={notes} />
      {status.merge && <MergeState run={run} merge={status.merge} />}
      <Waves data={data} now={isMoving ? now : null} />
    </div>
  );
}

function RunHead({ data }: { data: RunPageData }) {
  const { run, repo, status, now, atWork } = data;
  const isInactive = status.status === 'working' && !atWork;
  const until = status.endedAt === null ? now : Date.parse(status.endedAt);
  return (
    <header class="head">
      <h1>{stripControlCharacters(status.goal)}</h1>
      <p class="outcome">
        <StatusMark status={status.status} isInactive={isInactive} />{' '}
        <span>{outcomeLine(status)}</span>
      </p>
      <ProgressMeter
        share={progressOf(status)}
        label="Progress of the run"
        status={status.status}
      />
      <p class="facts-line">
        <span>{repo}</span> <code>{run}</code>
        <span>
          started
          {status.startedBy && ` by the ${status.startedBy.trigger} ${status.startedBy.name}`}{' '}
          <TimeAgo at={status.startedAt} now={now} />
        </span>
        {status.endedAt === null && atWork && (
          <span>running for {formatDuration(until - Date.parse(status.startedAt))}</span>
        )}
        {status.usage && <span>{formatUsage(status.usage)}</span>}
      </p>
      <RunTabs run={run} current="tasks" />
      <RunActions data={data} isInactive={isInactive} />
    </header>
  );
}

function RunActions({ data, isInactive }: { data: RunPageData; isInactive: boolean }) {
  const { run, status, isHeadless } = data;
  const { failed, cancelled } = status.counts;
  return (
    <div class="buttons">
      {isInactive && isHeadless && (
        <ActionForm to={actionPath(run, null, 'resume')} label="Resume" kind="main" />
      )}
      {isInactive && !isHeadless && (
        <p class="hint">
          Its Claude Code session has gone: type <code>/swarm-resume</code> in a new one.
        </p>
      )}
      {failed + cancelled > 0 && (
        <ActionForm
          to={actionPath(run, null, 'retry')}
          label={`Retry ${plural(failed + cancelled, 'task')}`}
          kind="main"
        />
      )}
      {status.endedAt === null && (
        <ActionForm
          to={actionPath(run, null, 'cancel')}
          label="Cancel…"
          spoken="Cancel the run…"
          question="Cancel the whole run? Its agents stop at their next tool call."
        />
      )}
    </div>
  );
}

function Waves({ data, now }: { data: RunPageData; now: number | null }) {
  const { run, status, details } = data;
  const tasks = new Map(status.tasks.map((task) => [task.id, task]));
  const needed = new Set(status.tasks.flatMap(({ needs }) => needs));
  const rowOf = (task: TaskStatusEntry) => (
    <TaskRow
      key={task.id}
      run={run}
      task={task}
      isNeeded={needed.has(task.id)}
      details={details[task.id]}
      now={task.status === 'working' ? now : null}
    />
  );
  return (
    <div class="waves">
      {planWaves(status.tasks).map((ids, index) => {
        const wave = ids.flatMap((id) => tasks.get(id) ?? []);
        const completed = wave.filter((task) => task.status === 'completed').length;
        return (
          <section key={index} aria-labelledby={`wave-${index}`}>
            <h2 id={`wave-${index}`}>
              Wave {index + 1}{' '}
              <small>
                {completed} of {wave.length} completed
              </small>
            </h2>
            {wave.map(rowOf)}
          </section>
        );
      })}
    </div>
  );
}
