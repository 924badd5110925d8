import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand } from '../declare-command.ts';

/** `swarm measure`, which the plugin's module in Claude Code calls. */
export function addMeasureCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'measure').action(async (text: string) => {
    const { measurement } = await import('../../claude/measurement.ts');
    const { recordMeasurement } = await import('../../operations/record-measurement.ts');
    recordMeasurement(measurement.parse(JSON.parse(text)), await context.host());
  });
}
