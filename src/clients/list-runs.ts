// Lists runs with the client that openapi-generator made; fails unless there is one with an id and a status.
import { Configuration, RunsApi } from './typescript-fetch/index.js';

declare const process: { env: Record<string, string>; exit(code: number): never };

const api = new RunsApi(new Configuration({ basePath: process.env['ALLOY'], accessToken: process.env['ALLOY_TOKEN'] }));
const page = await api.listRunRequests({ limit: 5 });
if (page.items.length === 0) {
  throw new Error('The demonstration has played a run');
}
for (const run of page.items) {
  if (!run.id || !run.status) {
    throw new Error('A run has an id and a status');
  }
  console.log(run.id, run.status);
}
