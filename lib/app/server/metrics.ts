import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Catalogue } from '../../catalogue/index';

/** The app's Prometheus metrics; one set per server, so that tests can run several. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new Counter({
    name: 'dogbreeds_http_requests_total',
    help: 'HTTP requests by route, method and status.',
    labelNames: ['route', 'method', 'status'] as const,
    registers: [this.registry],
  });
  readonly requestSeconds = new Histogram({
    name: 'dogbreeds_http_request_duration_seconds',
    help: 'Seconds from request to answer, by route.',
    labelNames: ['route'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });
  readonly photos = new Counter({
    name: 'dogbreeds_photos_total',
    help: 'Photos answered, by outcome: breed, not_sure, not_a_dog or the refusal code.',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });
  readonly batchSize = new Histogram({
    name: 'dogbreeds_batch_size',
    help: 'Photos computed together.',
    buckets: [1, 2, 4, 8, 16, 32],
    registers: [this.registry],
  });
  readonly batchSeconds = new Histogram({
    name: 'dogbreeds_batch_duration_seconds',
    help: 'Seconds that computing one batch took.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });
  readonly flags = new Counter({
    name: 'dogbreeds_flags_total',
    help: 'Pictures flagged by users.',
    registers: [this.registry],
  });

  constructor(pending: () => number, ready: () => boolean, restarts: () => number) {
    new Gauge({
      name: 'dogbreeds_pending_photos',
      help: 'Photos being read, waiting or computed.',
      registers: [this.registry],
      collect() {
        this.set(pending());
      },
    });
    new Gauge({
      name: 'dogbreeds_ready',
      help: '1 when the model is loaded, else 0.',
      registers: [this.registry],
      collect() {
        this.set(ready() ? 1 : 0);
      },
    });
    new Gauge({
      name: 'dogbreeds_inference_restarts',
      help: 'Times that the process that computes died and was started again.',
      registers: [this.registry],
      collect() {
        this.set(restarts());
      },
    });
    collectDefaultMetrics({ register: this.registry });
  }

  /** Adds a catalogue's files by state, and photos that people have judged: an index that runs beside is seen in them. */
  watchCatalogue({ db }: Catalogue): void {
    new Gauge({
      name: 'dogbreeds_catalogue_files',
      help: 'Files of the catalogue by state: pending, done, failed or gone.',
      labelNames: ['state'] as const,
      registers: [this.registry],
      collect() {
        const rows = db.prepare('select state, count(*) as n from file group by state').all();
        this.reset();
        for (const { state, n } of rows as { state: string; n: number }[]) this.set({ state }, n);
      },
    });
    new Gauge({
      name: 'dogbreeds_catalogue_judged_photos',
      help: 'Photos of the catalogue with a verdict of a person.',
      registers: [this.registry],
      collect() {
        const [n] = db.prepare('select count(*) from photo where verdict is not null').pluck().all();
        this.set(Number(n ?? 0));
      },
    });
  }
}
