#!/bin/sh
set -e
export GREETING=${GREETING:-world}
exec ./hello "$@"
