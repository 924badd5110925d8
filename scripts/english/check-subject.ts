import { findMarkers } from './find-markers.ts';

const MAX_SUBJECT_LENGTH = 72;

/** Imperatives that look like another form of the verb; `-ss` and `-eed` are always accepted. */
const IMPERATIVES = new Set(
  'alias bias bring cling embed fling focus ping ring shed shred sing spring sting string swing wring'.split(
    ' ',
  ),
);

/** @returns what is wrong with the subject of a commit; empty if nothing is */
export function checkSubject(subject: string): string[] {
  const [first = ''] = subject.split(/[\s:]/);
  return [
    ...(subject.length > MAX_SUBJECT_LENGTH
      ? [`has ${subject.length} characters, at most ${MAX_SUBJECT_LENGTH}`]
      : []),
    ...(isImperative(first) ? [] : [`begins with "${first}": write the imperative`]),
    ...(subject.endsWith('.') ? ['ends with a full stop'] : []),
    ...findMarkers('', subject).map(({ found, instead }) => `"${found}": ${instead}`),
  ];
}

function isImperative(word: string): boolean {
  const verb = word.toLowerCase();
  if (IMPERATIVES.has(verb) || /(?:ss|eed)$/.test(verb)) return true;
  return /^[a-z]/.test(verb) && !/(?:ed|ing|s)$/.test(verb);
}
