#!/bin/sh
# Builds examples/orders from its own pom, as its users do, with the WAR of this build: build-orders.sh <version> <local Maven repository>
# This build's artifacts are put into target/local-repository; all others come from the repository that is given.
set -eu
version=$1
repository=$2

own=target/local-repository
folder=$own/dev/cordon/cordon/$version
mkdir -p "$folder"
cp target/cordon.war "$folder/cordon-$version.war"
cp target/cordon-hooks.jar "$folder/cordon-$version-hooks.jar"
cp pom.xml "$folder/cordon-$version.pom"

MAVEN_OPTS=-XX:TieredStopAtLevel=1 ./mvnw -B -q -f examples/orders/pom.xml \
  "-Dmaven.repo.local=$PWD/$own" "-Dmaven.repo.local.tail=$repository" clean package
