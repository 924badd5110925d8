import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/config/resolve-policy.ts';
import { errorCategory } from '../../src/ledger/error-category.ts';
import { BY_HTTP_STATUS, BY_NAME } from '../../src/run/classify-error.ts';
import { mayRetry } from '../../src/run/retry-policy.ts';
import { readDocument } from '../support/documents.ts';
import { ended, fold, launched, opened } from '../support/run-events.ts';

/** The rows of the table of error categories. */
function rowsOf(text: string): { category: string; what: string; again: string }[] {
  const [, table = ''] = /\| category \|[^\n]*\n\|[-|]*\|\n((?:\|[^\n]*\n)+)/.exec(text) ?? [];
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [category = '', what = '', again = ''] = line
        .split('|')
        .slice(1)
        .map((cell) => cell.trim());
      return { category, what, again };
    });
}

describe('the table of failure categories in the documents', () => {
  const rows = rowsOf(readDocument('docs/failures-and-retries.md'));

  it('has every category', () => {
    expect(rows.map(({ category }) => category).sort()).toEqual([...errorCategory.options].sort());
  });

  it('has every error that is known by its name, and every HTTP status, in its row', () => {
    for (const [name, category] of Object.entries(BY_NAME)) {
      expect(rows.find((row) => row.what.includes(`\`${name}\``))).toMatchObject({ category });
    }
    for (const [status, category] of Object.entries(BY_HTTP_STATUS)) {
      expect(rows.find(({ what }) => what.includes(status))).toMatchObject({ category });
    }
  });

  it('says what is retried', () => {
    for (const { category, again } of rows) {
      if (category === 'stalled') continue;
      const end = ended('a', { outcome: 'failed', category: category as 'fatal', message: 'x' });
      const state = fold(opened(['a'], { policy: DEFAULT_POLICY }), launched('a'), end);
      const task = state.tasks.get('a');
      expect([category, task && mayRetry(state.opened, task)]).toEqual([category, again === 'yes']);
    }
  });
});
