import type { Catalogue } from '../store/open-catalogue';

/** Photos by the breed that is named, most first. @example namedBreedsFigure(countNamed(catalogue)) */
export const countNamed = ({ db }: Catalogue): { breed: string; photos: number }[] =>
  db
    .prepare(
      `select breed, count(*) as photos from catalogue where state = 'done' and decision = 'breed'
       group by breed order by photos desc, breed`,
    )
    .all() as { breed: string; photos: number }[];
