#!/bin/sh
# Starts one part of the house: web, worker, reader, beat, signing, migrate; anything else is a command of manage.py.
# Runs outside a container as well, with the same variables (docs/configuration.md).
set -eu
cd "$(dirname "$0")/.."

case "${1:-web}" in
  web)
    exec gunicorn edocs.wsgi:application \
      --bind "${WEB_BIND:-0.0.0.0:8000}" --worker-class gthread \
      --workers "${WEB_WORKERS:-2}" --threads "${WEB_THREADS:-8}" \
      --timeout 60 --graceful-timeout 30 --max-requests 5000 --max-requests-jitter 500 \
      --worker-tmp-dir /dev/shm --forwarded-allow-ips '*'
    ;;
  worker)
    # what people wait for, and the index
    exec celery -A edocs.celery worker -Q now,index --concurrency "${WORKER_PROCESSES:-2}" --loglevel WARNING \
      --without-gossip --without-mingle -n "worker@%h"
    ;;
  reader)
    # what can wait: reading files and scans, evidence, checks
    exec nice -n 5 celery -A edocs.celery worker -Q read,later --concurrency "${READER_PROCESSES:-2}" \
      --loglevel WARNING --without-gossip --without-mingle -n "reader@%h"
    ;;
  beat)
    # exactly one of it
    exec celery -A edocs.celery beat --loglevel WARNING --schedule "$VAR_DIR/beat-schedule" --pidfile ''
    ;;
  signing)
    exec python manage.py signing_daemon
    ;;
  migrate)
    python manage.py check --deploy --fail-level ERROR
    python manage.py migrate --no-input
    exec python manage.py collectstatic --no-input --verbosity 0
    ;;
  *)
    exec python manage.py "$@"
    ;;
esac
