import type { Command } from 'commander';
import { EXIT } from '../../errors/swarm-error.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';
import { doctorEnvironment } from '../doctor-environment.ts';
import { painter } from '../painter.ts';
import type { TriggersProgram } from '../triggers/schedule.ts';

export function addDoctorCommand(
  program: Command,
  context: CliContext,
  loadTriggers: () => Promise<TriggersProgram>,
): void {
  declareCommand(program, 'doctor')
    .addOption(jsonOption())
    .action(async ({ json }: JsonFlag) => {
      const { runDoctor } = await import('../../doctor/doctor.ts');
      const { renderDoctor } = await import('../../view/terminal/render-doctor.ts');
      const openTriggers = async () => (await loadTriggers()).book;
      const findings = await runDoctor(doctorEnvironment(context), openTriggers);
      const { paint } = await painter();
      context.print(json ? JSON.stringify(findings, null, 2) : renderDoctor(findings, paint));
      const isSound = findings.every(({ level }) => level !== 'error');
      if (!isSound) context.process.setExitCode(EXIT.notCompleted);
    });
}
