import { LONG_FILES, PURE_ROOMS, ROOMS } from './table.ts';

const LIMITS = {
  complexity: {
    noExcessiveLinesPerFunction: { level: 'error', options: { maxLines: 50 } },
    useMaxParams: { level: 'error', options: { max: 4 } },
  },
  style: { noExcessiveLinesPerFile: { level: 'error', options: { maxLines: 300 } } },
  suspicious: { noImportCycles: { level: 'error', options: { ignoreTypes: false } } },
};

const IO_MODULES = ['node:fs', 'node:fs/promises', 'node:child_process', 'node:net', 'node:http'];

/**
 * The part of biome's configuration that keeps the rooms of `src/` apart.
 * @returns the content of `biome.rooms.json`
 */
export function biomeRules(): object {
  return {
    overrides: [
      { includes: ['src/**', 'hooks/**'], linter: { rules: LIMITS } },
      {
        includes: LONG_FILES,
        linter: { rules: { style: { noExcessiveLinesPerFile: 'off' } } },
      },
      ...Object.keys(ROOMS).map(importsOf),
      {
        includes: ['src/**', '!src/entries/**'],
        plugins: ['./scripts/rooms/no-clock.grit'],
      },
      {
        includes: ['src/**', '!src/entries/**', '!src/platform/**'],
        linter: { rules: { style: { noRestrictedGlobals: globals('process', 'console') } } },
      },
    ],
  };
}

function importsOf(room: string) {
  const forbidden = Object.keys(ROOMS).filter(
    (other) => other !== room && !ROOMS[room]?.includes(other),
  );
  const rule = {
    level: 'error',
    options: {
      paths: PURE_ROOMS.includes(room)
        ? Object.fromEntries(
            IO_MODULES.map((name) => [name, `src/${room} does no input or output.`]),
          )
        : {},
      patterns: forbidden.map((other) => ({
        group: [`**/${other}/**`],
        message: `src/${room} may not import src/${other}; see scripts/rooms/table.ts.`,
      })),
    },
  };
  return {
    includes: [`src/${room}/**`],
    linter: { rules: { style: { noRestrictedImports: rule } } },
  };
}

function globals(...names: string[]) {
  const message = 'Only entries (and the platform room) talk to the process; hand the value in.';
  return {
    level: 'error',
    options: { deniedGlobals: Object.fromEntries(names.map((name) => [name, message])) },
  };
}
