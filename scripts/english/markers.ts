/** A phrase that is nearly always part of a sentence that reads as translated. */
export interface Marker {
  /** A blank matches any white space, line breaks included. */
  pattern: string;
  /** What to write instead. */
  instead: string;
}

/**
 * A phrase is in the list only if nearly every hit was a fault when it was added: a check with false
 * alarms gets switched off. The habits behind the phrases are in `docs/style.md`.
 */
export const MARKERS: readonly Marker[] = [
  // Relative clauses without a noun.
  {
    pattern:
      '(?<=(?:^|[.;\\0]|\\b(?:so|and|but))\\s*)who (?!executes)(?:\\w+s|only|has)(?![^.\\n]*\\?)',
    instead: 'a noun: the caller, the reader',
  },
  { pattern: '(?:for|by|of|to|from|with) who', instead: 'a noun: for the caller' },
  { pattern: 'of (?:two|several|many) that', instead: 'the noun: of two runs that' },
  { pattern: 'nobody works at', instead: 'inactive, without a supervisor' },
  { pattern: 'works? at (?:it|(?:a|the|this) (?:run|task))', instead: 'works on' },
  // Everyday verbs in an unusual sense.
  { pattern: '(?:go|goes|gone|went) on', instead: 'resume, continue' },
  { pattern: '(?:is|are|was|were|be|been|not) entered', instead: 'recorded' },
  { pattern: 'entered (?:in|into|as)', instead: 'recorded' },
  {
    pattern: 'enters (?:what|that|(?:a|an|the) (?:attempts?|end|reports?|facts?|decision))',
    instead: 'records',
  },
  { pattern: '(?:told|tells?|telling) of', instead: 'reports, notifies' },
  { pattern: 'nothing (?:else )?tells', instead: 'nothing reports, nothing detects' },
  { pattern: 'undert(?:akes?|ook|aken)', instead: 'takes, acquires' },
  { pattern: 'bears?(?! in mind)', instead: 'carries, sends' },
  { pattern: 'lies? (?:in|above|beside|there)', instead: 'is in' },
  {
    pattern: 'stands? (?:in|on|behind|before|above|below|beside|there)(?! for| the way)',
    instead: 'is',
  },
  { pattern: 'holds? (?:good|when|where|also)', instead: 'applies' },
  { pattern: 'mend(?:s|ed|ing)?', instead: 'fix' },
  { pattern: '(?:put|puts|is put) before (?:a|the|its) (?:person|user)', instead: 'shown to' },
  // Time words that are no technical terms.
  { pattern: '(?<!look |looks |looked |looking )at work', instead: 'running, active' },
  { pattern: 'anew', instead: 'again' },
  {
    pattern: '(?:is|are|was|were) over(?! ?[0-9]| the | a | it\\b)',
    instead: 'has ended, has expired',
  },
  { pattern: 'for so (?:long|many)', instead: 'for this long' },
  { pattern: '(?:at most|than) so many', instead: 'at most this many, `max`' },
  { pattern: 'any more(?=[.,;:)]| and| but|$)', instead: 'no longer' },
  { pattern: 'no more(?=[.,;:)]| and| but|$)', instead: 'no longer' },
  // "Also", "but" and "save" as prepositions.
  { pattern: 'also (?:where|when|if|of|those|without)', instead: 'even if, including' },
  { pattern: '(?:all|nothing|none|everything|every \\w+) but for', instead: 'except' },
  { pattern: 'save for', instead: 'except for' },
  // Duty and future.
  { pattern: '(?:is|are|was|were) to be', instead: 'must be, will be' },
];
