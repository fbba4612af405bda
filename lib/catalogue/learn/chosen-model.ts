import type { Catalogue } from '../store/open-catalogue';

/** Folder of the model that this catalogue has been told to use, if it has. */
export function chosenModel({ db }: Catalogue): string | undefined {
  const [row] = db.prepare("select value from setting where key = 'model'").all() as { value: string }[];
  return row?.value;
}

/** Makes a saved model the one that the next runs take. */
export const chooseModel = ({ db }: Catalogue, folder: string): void =>
  void db.prepare("insert or replace into setting (key, value) values ('model', ?)").run(folder);
