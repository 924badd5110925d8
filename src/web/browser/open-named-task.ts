/** Opens the task that the address names, such as `#task-routes`. */
export function openNamedTask(): void {
  const open = () => {
    const task = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!(task instanceof HTMLDetailsElement)) return;
    task.open = true;
    task.scrollIntoView({ block: 'nearest' });
    task.querySelector('summary')?.focus();
  };
  addEventListener('hashchange', open);
  open();
}
