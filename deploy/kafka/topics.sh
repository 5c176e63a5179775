#!/bin/bash
# Makes the topics of the contract where they are missing. Partitions are the unit of scaling and cannot be reduced later;
# events of one key stay in one partition. Events are kept for 14 days: long enough to rebuild from after a bad week.
set -euo pipefail
: "${BROKERS:?}" "${REPLICAS:=3}" "${PARTITIONS:=24}" "${CLIENT_PROPERTIES:=/dev/null}"
KAFKA_TOPICS="${KAFKA_TOPICS:-/opt/kafka/bin/kafka-topics.sh}"

make() {
  local topic="$1" partitions="$2"
  shift 2
  "$KAFKA_TOPICS" --bootstrap-server "$BROKERS" --command-config "$CLIENT_PROPERTIES" --create --if-not-exists \
    --topic "$topic" --partitions "$partitions" --replication-factor "$REPLICAS" --config max.message.bytes=16777216 "$@"
}

for topic in fundwatch.settlement fundwatch.stay fundwatch.inventory; do
  make "$topic" "$PARTITIONS" --config retention.ms=1209600000
done
# The last row of each identity is kept for ever.
make fundwatch.reference 1 --config cleanup.policy=compact
# One partition: its offset is the order in which all dashboards see alerts.
make fundwatch.alerts 1 --config retention.ms=604800000
make fundwatch.deadletters 1 --config retention.ms=7776000000
