/** Carries out the forms of actions without leaving the page, and tells what came of it. */
export function handleActions(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.classList.contains('action')) return;
    event.preventDefault();
    void send(form);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') closeQuestions();
  });
}

async function send(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector('button');
  if (button?.disabled) return;
  if (button) button.disabled = true;
  try {
    const response = await fetch(form.action, { method: 'POST', body: fieldsOf(form) });
    const answer = (await response.json()) as { outcome?: string; error?: { message: string } };
    if (answer.error) tell(answer.error.message, true);
    else
      tell(`${button?.textContent ?? 'Done'}: ${(answer.outcome ?? 'done').replaceAll('_', ' ')}`);
  } catch {
    tell('The hub cannot be reached.', true);
  }
  if (button) button.disabled = false;
  closeQuestions();
}

function fieldsOf(form: HTMLFormElement): URLSearchParams {
  const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  return new URLSearchParams(fields);
}

function closeQuestions(): void {
  for (const open of document.querySelectorAll<HTMLDetailsElement>('details.confirm[open]')) {
    open.open = false;
    if (open.contains(document.activeElement)) open.querySelector('summary')?.focus();
  }
}

let hiding: ReturnType<typeof setTimeout> | undefined;

/** Shows a message for some seconds; screen readers read it out. */
function tell(text: string, isError = false): void {
  const notice = document.getElementById('notice');
  if (!notice) return;
  notice.textContent = text;
  notice.className = isError ? 'error' : '';
  clearTimeout(hiding);
  hiding = setTimeout(
    () => {
      notice.textContent = '';
    },
    isError ? 15_000 : 5_000,
  );
}
