import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'libsql';
import { refuseNetworkShare } from './network-share';
import { SCHEMA, SCHEMA_VERSION, upgradeFrom } from './schema';

/** An open catalogue: one SQLite file. */
export interface Catalogue {
  /** Absolute path of the file. */
  path: string;
  db: Database.Database;
  close(): void;
}

/** Options of {@link openCatalogue}. */
export interface OpenCatalogueOptions {
  /** Fail where there is no file instead of making one. */
  mustExist?: boolean;
  /** Allow a place on a network share, where a lock may not hold. */
  allowNetwork?: boolean;
}

/**
 * Opens the catalogue of a collection, or makes it: an SQLite file that survives a kill at any moment (write-ahead
 * log, synced at each commit). Several processes of one machine may have it open; one of them indexes.
 *
 * @throws Error when the file is no catalogue, is of a newer version, or lies on a network share
 * @example
 * const catalogue = openCatalogue('photos.sqlite');
 * catalogue.db.prepare('select path, breed from catalogue where probability > 0.8').all();
 */
export function openCatalogue(path: string, options: OpenCatalogueOptions = {}): Catalogue {
  const file = resolve(path);
  if (options.mustExist && !existsSync(file))
    throw new Error(`expected a catalogue at ${file}, found none: "dogbreeds index FOLDER" makes one`);
  mkdirSync(dirname(file), { recursive: true });
  if (!options.allowNetwork) refuseNetworkShare(dirname(file));
  const db = new Database(file);
  try {
    db.exec('pragma busy_timeout = 10000');
    const version = readVersion(db, file);
    if (version > SCHEMA_VERSION)
      throw new Error(
        `expected a catalogue of version ${SCHEMA_VERSION} or older, ${file} is of version ${version}: update dogbreeds`,
      );
    db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -32000');
    db.exec('pragma temp_store = file'); // what sorts a million rows lies on disk, not in memory
    if (version < SCHEMA_VERSION)
      db.exec(
        `begin immediate; ${upgradeFrom(version)} ${SCHEMA} pragma user_version = ${SCHEMA_VERSION}; commit;`,
      );
  } catch (error) {
    db.close();
    throw error;
  }
  return { path: file, db, close: () => void db.close() };
}

function readVersion(db: Database.Database, file: string): number {
  try {
    const [row] = db.prepare('pragma user_version').all() as { user_version: number }[];
    const version = row?.user_version ?? 0;
    const tables = db.prepare("select name from sqlite_master where type = 'table'").pluck().all();
    if (version === 0 && tables.length > 0) throw new Error('other tables');
    return version;
  } catch (error) {
    throw new Error(`expected a catalogue (an SQLite file of dogbreeds) at ${file}, received another file`, {
      cause: error,
    });
  }
}
