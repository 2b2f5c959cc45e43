// Lists runs with nothing but the types that openapi-typescript made.
import type { operations } from './openapi-typescript/schema';

declare const process: { env: Record<string, string> };

type Answers = operations['listRunRequests']['responses'];
type Runs = Answers[200]['content']['application/json'];
type Refusal = Answers[401]['content']['application/problem+json'];

const answer = await fetch(`${process.env['ALLOY']}/api/run-requests?limit=5`, {
  headers: { Authorization: `Bearer ${process.env['ALLOY_TOKEN']}` },
});
if (!answer.ok) {
  const refusal: Refusal = await answer.json();
  throw new Error(`${refusal.title}: ${refusal.remedy}`);
}
const runs: Runs = await answer.json();
if (runs.items.length === 0) {
  throw new Error('The demonstration has played a run');
}
runs.items.forEach((run) => console.log(run.id, run.status));
