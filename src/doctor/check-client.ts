import { type ClaudeSearch, locateClaude } from '../claude/locate-claude.ts';
import { describeClaude } from '../view/terminal/describe-claude.ts';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, type FindingCode, finding } from './finding.ts';

const CODES: Record<ClaudeSearch['outcome'], FindingCode> = {
  found: 'client_ok',
  too_old: 'client_too_old',
  no_version: 'client_without_version',
  not_found: 'client_not_found',
};

/** @returns the finding, and the path of a client that can be asked more; null if there is none */
export async function checkClient(
  environment: DoctorEnvironment,
): Promise<{ findings: DoctorFinding[]; client: string | null }> {
  const search = await locateClaude(environment);
  const { message, fix } = describeClaude(search);
  return {
    findings: [finding(CODES[search.outcome], message, fix)],
    client: 'version' in search ? search.program : null,
  };
}
