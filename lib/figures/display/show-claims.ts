import { display } from './display';

/**
 * Shows sentences that this run's values make true, under "What we see".
 *
 * @param claims made by the functions in `evaluation/claims`; empty ones are left out
 * @example showClaims(claimBalance(counts), claimLists(counts));
 */
export function showClaims(...claims: readonly string[]): void {
  const said = claims.filter(Boolean).map(capital).join(' ');
  if (said) display({ 'text/markdown': `**What we see.** ${said}`, 'text/plain': `What we see. ${said}` });
}

/** The text with its first letter large: sentences may begin with the name of a step or a head. */
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
