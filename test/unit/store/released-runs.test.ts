import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { statusDocument } from '../../../src/run/status-schema.ts';
import { loadRun } from '../../../src/store/run-handle.ts';
import { renderSummary } from '../../../src/view/markdown/render-summary.ts';
import { copyReleasedRun, type ReleasedRun } from '../../support/released-runs.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

describe.each<ReleasedRun>(['completed', 'interrupted', 'headless'])(
  'the %s run of version 0.1.0',
  (name) => {
    it('is read without defects and has the status that 0.1.0 wrote', async () => {
      await using dir = await makeTempDir();
      const paths = copyReleasedRun(dir.path, name);
      const written = JSON.parse(readFileSync(paths.status, 'utf8'));
      const { state, defects } = loadRun(paths);
      expect(defects).toEqual([]);
      const status = toStatusDocument(state);
      statusDocument.parse(status);
      // The version that reads the run writes the messages of pending tasks.
      for (const task of written.tasks) if (task.status === 'pending') delete task.message;
      expect(status).toMatchObject(written);
    });

    it('has a summary with all its reports and checkpoints', async () => {
      await using dir = await makeTempDir();
      const { state } = loadRun(copyReleasedRun(dir.path, name));
      const summary = renderSummary(state);
      for (const { id, result, percent } of toStatusDocument(state).tasks) {
        expect(summary).toContain(id);
        if (result) expect(summary).toContain(result);
        else if (percent > 0) expect(summary).toContain(`${percent}%`);
      }
    });
  },
);
