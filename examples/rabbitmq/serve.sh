#!/bin/sh
# Serves RabbitMQ with its management API on 127.0.0.1, until it is interrupted.
#
#   sh serve.sh DIRECTORY [DATA]
#
# DIRECTORY is where install.sh unpacked it; DATA keeps what the server knows
# [DIRECTORY/data]. RABBITMQ_MANAGEMENT_PORT [15672], RABBITMQ_AMQP_PORT [5672],
# RABBITMQ_DIST_PORT [25672] and ERL_EPMD_PORT [4369] may be set.
set -eu
directory=$(cd "${1:?usage: sh serve.sh DIRECTORY [DATA]}" && pwd)
data=${2:-$directory/data}
mkdir -p "$data"
data=$(cd "$data" && pwd)
place=$directory
[ -d "$place/usr/lib/rabbitmq" ] || place=
[ ! -d "$directory/usr/lib/erlang" ] || PATH="$directory/usr/lib/erlang/bin:$PATH"

export PATH HOME="$data"
export ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT="${ERL_EPMD_PORT:-4369}"
export RABBITMQ_DIST_PORT="${RABBITMQ_DIST_PORT:-25672}"
export RABBITMQ_NODENAME="apirun${RABBITMQ_DIST_PORT}@localhost"
export RABBITMQ_HOME="$(echo "$place"/usr/lib/rabbitmq/lib/rabbitmq_server-*)"
export RABBITMQ_PLUGINS_DIR="$RABBITMQ_HOME/plugins"
export RABBITMQ_MNESIA_BASE="$data/mnesia" RABBITMQ_LOG_BASE="$data/log"
export RABBITMQ_PID_FILE="$data/pid" RABBITMQ_GENERATED_CONFIG_DIR="$data/generated"
export RABBITMQ_ENABLED_PLUGINS_FILE="$data/enabled_plugins"
export RABBITMQ_CONFIG_FILE="$data/rabbitmq" RABBITMQ_CONF_ENV_FILE="$data/no-env.conf"
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
echo '[rabbitmq_management].' >"$RABBITMQ_ENABLED_PLUGINS_FILE"
cat >"$RABBITMQ_CONFIG_FILE.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:${RABBITMQ_AMQP_PORT:-5672}
management.tcp.ip = 127.0.0.1
management.tcp.port = ${RABBITMQ_MANAGEMENT_PORT:-15672}
CONF

epmd -address "$ERL_EPMD_ADDRESS" -port "$ERL_EPMD_PORT" &
names=$!
sh "$place/usr/lib/rabbitmq/bin/rabbitmq-server" &
server=$!
trap 'kill "$server"; wait "$server" || :; kill "$names"' INT TERM
wait "$server" || :
kill "$names" 2>/dev/null || :
