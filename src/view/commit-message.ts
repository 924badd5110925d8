import { sanitizeLine } from '../text/sanitize.ts';

/** What a commit or a merge of a task's changes is about. */
export interface CommittedTask {
  run: string;
  task: string;
  title: string;
  /** What the agent reported; only its first line is used. */
  abstract: string;
}

const SUBJECT = 72;
/** The end of a line of at most 72 characters, where there is a space. */
const LINE_END = /(?!.{1,72}$)(.{1,72})\s/g;

/** The message of the commit of a task's changes. */
export function commitMessage({ run, task, title, abstract }: CommittedTask): string {
  const [first = ''] = abstract.trim().split('\n');
  const said = sanitizeLine(first, 500).replace(LINE_END, '$1\n');
  return paragraphs(sanitizeLine(title, SUBJECT), said, `Task ${task} of run ${run}.`, {
    run,
    task,
  });
}

/** The message of the merge of a task's branch. */
export function mergeMessage({ run, task, title }: Omit<CommittedTask, 'abstract'>): string {
  const subject = sanitizeLine(`Merge ${task}: ${title}`, SUBJECT);
  return paragraphs(subject, '', `Task ${task} of run ${run}.`, { run, task });
}

function paragraphs(
  subject: string,
  said: string,
  origin: string,
  { run, task }: { run: string; task: string },
): string {
  const trailer = `Swarm-Task: ${run}/${task}`;
  return [subject, said, origin, trailer].filter((part) => part !== '').join('\n\n');
}
