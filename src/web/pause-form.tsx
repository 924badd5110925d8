import { h } from 'preact';

/** Asks for a note and pauses a schedule. */
export function PauseForm({ to, name }: { to: string; name: string }) {
  const id = `note-${name}`;
  return (
    <details class="confirm">
      <summary class="button" aria-label={`Pause… ${name}`}>
        Pause…
      </summary>
      <form method="post" action={to} class="action question calm">
        <label for={id}>Why, for others</label>
        <input id={id} name="note" maxLength={200} />
        <button type="submit" class="main" aria-label={`Pause ${name}`}>
          Pause
        </button>
      </form>
    </details>
  );
}
