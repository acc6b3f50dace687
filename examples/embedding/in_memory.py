"""Set a network up and roll it back without a file; arguments: URL, password."""

import sys

import apirun

if len(sys.argv) != 3:
    sys.exit(__doc__)
LOGIN = {"username": "deployer", "password": "{{.cloud_password}}"}

create = apirun.Request(
    "POST",
    "{{.api_base}}/vpcs",
    auth_name="cloud",
    body={"name": "main", "cidr": "10.0.0.0/16"},
    response=apirun.Response(result_code=[201], env_from={"vpc_id": "vpc.id"}),
)
delete = apirun.Request("DELETE", "{{.api_base}}/vpcs/{{.vpc_id}}", auth_name="cloud")
network = apirun.Stage(
    name="network",
    migrations=[apirun.Migration(version=1, name="vpc", up=create, down=delete)],
    env={"api_base": sys.argv[1], "cloud_password": sys.argv[2]},
    auth=(apirun.AuthSettings(type="basic", name="cloud", config=LOGIN),),
    store=apirun.MemoryStore(),
)

with apirun.Orchestrator([network]) as environment:
    print(f"{environment['vpc_id']} is up")
