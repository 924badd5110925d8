import { h } from 'preact';

export interface ActionFormProps {
  /** The path to which it is posted. */
  to: string;
  label: string;
  /** For screen readers, if the label alone does not say what it is about. */
  spoken?: string;
  kind?: 'main' | 'danger' | 'plain';
  /** Asks before it is done. */
  question?: string;
}

/**
 * A button for one action. It works without JavaScript as a form; with it, the page stays where it
 * is and shows what came of it.
 */
export function ActionForm(props: ActionFormProps) {
  const { to, label, spoken, kind = 'plain', question } = props;
  const button = (text: string, name: string | undefined, look: string) => (
    <form method="post" action={to} class="action">
      <button type="submit" class={look} aria-label={name}>
        {text}
      </button>
    </form>
  );
  if (question === undefined) return button(label, spoken, kind);
  return (
    <details class="confirm">
      <summary class={`button ${kind}`} aria-label={spoken}>
        {label}
      </summary>
      <div class="question">
        <span>{question}</span>
        {button(confirm(label), spoken && confirm(spoken), 'danger')}
      </div>
    </details>
  );
}

/** `Yes, cancel` of `Cancel…`. */
function confirm(label: string): string {
  return `Yes, ${label.charAt(0).toLowerCase()}${label.slice(1).replace(/…$/, '')}`;
}

/** The path of an action on a run, or on one task of it. */
export function actionPath(run: string, task: string | null, action: string): string {
  return `/api/v1/runs/${run}${task === null ? '' : `/tasks/${task}`}/${action}`;
}
