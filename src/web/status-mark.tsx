import { h } from 'preact';
import type { TaskStatus } from '../run/status-schema.ts';
import { INACTIVE, STATUS_ICONS, statusLabel } from '../view/status-labels.ts';

interface StatusMarkProps {
  status: TaskStatus;
  /** Nobody works on a run that is not finished. */
  isInactive?: boolean;
  label?: string;
}

/** The icon and the word for a status; the word tells those who see no color. */
export function StatusMark({ status, isInactive = false, label }: StatusMarkProps) {
  const shown = isInactive ? 'pending' : status;
  return (
    <span class={`mark ${isInactive ? 'inactive' : status}`}>
      <span class="icon" aria-hidden="true">
        {STATUS_ICONS[shown]}
      </span>
      <span class="word">{isInactive ? INACTIVE : (label ?? statusLabel(status))}</span>
    </span>
  );
}
