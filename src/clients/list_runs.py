"""Lists runs with the client that openapi-generator made; fails unless there is one with an id and a status."""
import os

import alloy_client

configuration = alloy_client.Configuration(host=os.environ["ALLOY"], access_token=os.environ["ALLOY_TOKEN"])
with alloy_client.ApiClient(configuration) as client:
    page = alloy_client.RunsApi(client).list_run_requests(limit=5)
assert page.items, "The demonstration has played a run"
for run in page.items:
    assert run.id and run.status
    print(run.id, run.status)
