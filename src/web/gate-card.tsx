import { h } from 'preact';
import type { GateView } from '../view/page/task-details.ts';
import { ActionForm, actionPath } from './action-form.tsx';
import { TimeAgo } from './time-ago.tsx';

interface GateCardProps {
  run: string;
  task: string;
  gate: GateView;
  now: number;
}

/** A command that waits for a person, whole, with the buttons that decide about it. */
export function GateCard({ run, task, gate, now }: GateCardProps) {
  const { rule, reason, command, directory, askedAt, isHere } = gate;
  const heading = `gate-${task}`;
  return (
    <article class="gate" aria-labelledby={heading}>
      <h2 id={heading}>
        <code>{task}</code> wants to run a command that cannot be undone
      </h2>
      <p>
        {reason} <span class="rule">{rule}</span> <TimeAgo at={askedAt} now={now} />
        {directory !== '' && (
          <span>
            {' '}
            in <code>{directory}</code>
          </span>
        )}
      </p>
      <pre>
        <code>{command}</code>
      </pre>
      {isHere ? (
        <div class="buttons">
          <ActionForm
            to={actionPath(run, task, 'approve')}
            label="Approve once"
            spoken={`Approve once the command of ${task}`}
            kind="main"
          />
          <ActionForm
            to={actionPath(run, task, 'deny')}
            label="Deny"
            spoken={`Deny the command of ${task}`}
            kind="danger"
          />
        </div>
      ) : (
        <p>Answer it in the Claude Code session that asks.</p>
      )}
    </article>
  );
}
