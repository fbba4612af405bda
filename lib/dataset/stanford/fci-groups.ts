/** Names of the groups of the Fédération Cynologique Internationale, by their number. */
export const FCI_GROUPS: Readonly<Record<number, string>> = {
  1: 'Sheepdogs and cattledogs',
  2: 'Pinscher, schnauzer, molossoid and Swiss mountain dogs',
  3: 'Terriers',
  4: 'Dachshunds',
  5: 'Spitz and primitive types',
  6: 'Scent hounds',
  7: 'Pointing dogs',
  8: 'Retrievers, flushing and water dogs',
  9: 'Companion and toy dogs',
  10: 'Sighthounds',
};

/** WordNet ids of Stanford Dogs' breeds by FCI group. */
const MEMBERS: Readonly<Record<number, string>> = {
  1: 'n02104029 n02104365 n02105056 n02105162 n02105251 n02105412 n02105505 n02105641 n02105855 n02106030 n02106166 n02106382 n02106662 n02113023 n02113186',
  2: 'n02097047 n02097130 n02097209 n02106550 n02107142 n02107312 n02107574 n02107683 n02107908 n02108000 n02108089 n02108422 n02108551 n02109047 n02109525 n02110627 n02111129 n02111277 n02111500',
  3: 'n02093256 n02093428 n02093647 n02093754 n02093859 n02093991 n02094114 n02094258 n02094433 n02095314 n02095570 n02095889 n02096051 n02096177 n02096294 n02096437 n02097298 n02097658 n02098105 n02098286',
  5: 'n02091244 n02091467 n02110063 n02110185 n02110806 n02111889 n02112018 n02112137 n02112350 n02113978',
  6: 'n02087394 n02088238 n02088364 n02088466 n02089078 n02089973 n02091635',
  7: 'n02092339 n02100236 n02100583 n02100735 n02100877 n02101006 n02101388',
  8: 'n02099267 n02099429 n02099601 n02099712 n02099849 n02101556 n02102040 n02102177 n02102318 n02102480 n02102973',
  9: 'n02085620 n02085782 n02085936 n02086079 n02086240 n02086646 n02086910 n02096585 n02097474 n02098413 n02108915 n02110958 n02112706 n02113624 n02113712 n02113799',
  10: 'n02088094 n02090622 n02090721 n02091032 n02091134 n02091831 n02092002',
};

const GROUP_OF = new Map(
  Object.entries(MEMBERS).flatMap(([group, ids]) => ids.split(' ').map((id) => [id, Number(group)] as const)),
);

/**
 * The FCI group of a breed of Stanford Dogs, from the FCI's nomenclature (https://www.fci.be/en/Nomenclature/). Null for
 * wild dogs (dingo, dhole, African hunting dog), for breeds that the FCI does not list (bluetick, redbone and Walker
 * hound), and for ImageNet's classes that are not one breed of its list (toy terrier, Eskimo dog).
 *
 * @param wnid e.g. `n02085620`
 * @example fciGroup('n02085620') // 9
 */
export const fciGroup = (wnid: string): number | null => GROUP_OF.get(wnid) ?? null;
