/**
 * Stands for a part of a text that only the shell will know. It is a private-use character: a
 * command that contains it literally is classified as if that part were unknown.
 */
export const UNKNOWN = '\uE000';

/** Separates the fields that one word expands to. It is a private-use character, too. */
export const BREAK = '\uE001';
