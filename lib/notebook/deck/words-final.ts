/** Texts of the chapter on the final model. */
export const FINAL_WORDS = {
  finalTitle: {
    en: (breeds: string, ours: string, photos: string, theirs: string) =>
      `${breeds} breeds: the final model names ${ours} of ${photos} test photos right, the presentation’s ${theirs} of its own`,
    fr: (breeds: string, ours: string, photos: string, theirs: string) =>
      `${breeds} races : le modèle final reconnaît ${ours} de ${photos} photos de test, celui de la présentation ${theirs} des siennes`,
  },
  finalOnly: {
    en: (breeds: string, ours: string, photos: string) =>
      `${breeds} breeds: the final model names ${ours} of ${photos} test photos right`,
    fr: (breeds: string, ours: string, photos: string) =>
      `${breeds} races : le modèle final reconnaît ${ours} de ${photos} photos de test`,
  },
  finalLayer: { en: 'layer', fr: 'couche' },
  finalShape: { en: 'gives', fr: 'donne' },
  finalParameters: { en: 'parameters', fr: 'paramètres' },
  finalFrozen: { en: 'frozen', fr: 'figés' },
  finalSplit: {
    en: (train: string, validation: string, test: string) =>
      `${train} photos to learn from, ${validation} to choose by, ${test} to judge by`,
    fr: (train: string, validation: string, test: string) =>
      `${train} photos pour apprendre, ${validation} pour choisir, ${test} pour juger`,
  },
  finalTheirs: {
    en: 'The presentation: 11,632,039 parameters, 848,504 of them trained; 15,394, 3,025 and 2,161 photos',
    fr: 'La présentation : 11 632 039 paramètres dont 848 504 entraînés ; 15 394, 3 025 et 2 161 photos',
  },
  finalMark: {
    en: 'Black marks and brackets: the presentation.',
    fr: 'Traits noirs et parenthèses : la présentation.',
  },
  finalSource: {
    en: (official: boolean) =>
      `Notebook 05, ${official ? 'official test list' : 'random split'}; the presentation: a random split of all photos`,
    fr: (official: boolean) =>
      `Notebook 05, ${official ? 'liste de test officielle' : 'partage au hasard'} ; la présentation : partage au hasard`,
  },
  finalNotes: {
    en: 'The test list is read once. Scores with the head that starts from ImageNet’s own classifier are those of a system that knows ImageNet’s labels; softmax regression on the same features is what the features alone are worth, and its figure stands on the slide on limits. The split differs from the presentation’s, so read the difference as large or small, not to the point.',
    fr: "La liste de test est lue une fois. Les scores de la tête issue du classifieur d'ImageNet sont ceux d'un système qui connaît les étiquettes d'ImageNet ; la régression softmax sur les mêmes caractéristiques dit ce qu'elles valent seules, son chiffre est sur la page des limites. Le partage n'est pas celui de la présentation : lire l'écart comme grand ou petit, pas au point près.",
  },
  groupsTitle: {
    en: (share: string, expected: string) =>
      `${share} of the mistakes stay within a group of the FCI, where blind mistakes would do so in ${expected}`,
    fr: (share: string, expected: string) =>
      `${share} des erreurs restent dans un groupe de la FCI, contre ${expected} pour des erreurs au hasard`,
  },
  groupsOwn: {
    en: (wrong: string, photos: string) => `Of ${photos} test photos ${wrong} are named wrongly`,
    fr: (wrong: string, photos: string) => `Sur ${photos} photos de test, ${wrong} sont mal nommées`,
  },
  groupsAll: {
    en: 'breed’s group and the answer’s group, % of the row',
    fr: 'groupe de la race et de la réponse, % de la ligne',
  },
  groupsOpened: {
    en: (group: string) => `opened: ${group}, photos`,
    fr: (group: string) => `ouvert : ${group}, photos`,
  },
  groupNames: {
    en: {
      0: 'none, wild',
      1: 'sheepdogs',
      2: 'molossers',
      3: 'terriers',
      5: 'spitz',
      6: 'scent hounds',
      7: 'pointers',
      8: 'retrievers',
      9: 'companions',
      10: 'sighthounds',
    } as Record<number, string>,
    fr: {
      0: 'hors FCI',
      1: 'bergers',
      2: 'molosses',
      3: 'terriers',
      5: 'spitz',
      6: 'courants',
      7: "chiens d'arrêt",
      8: 'retrievers',
      9: 'compagnie',
      10: 'lévriers',
    } as Record<number, string>,
  },
  groupsSource: {
    en: 'Notebook 05, confusion matrix of the test photos; groups of the Fédération Cynologique Internationale',
    fr: 'Notebook 05, matrice de confusion du test ; groupes de la Fédération Cynologique Internationale',
  },
  groupsNotes: {
    en: '120 labels would be too small to read, so the matrix is shown by the kind of dog, and the group with most mistakes inside it is opened: its breeds that are most often taken for each other. The presentation concluded from its matrix that mistakes concern breeds that are alike; here the share says how far that is true.',
    fr: "120 étiquettes seraient illisibles : la matrice est montrée par sorte de chien, et le groupe qui a le plus d'erreurs internes est ouvert, avec ses races les plus confondues. La présentation concluait de sa matrice que les erreurs concernent des races proches ; ici la part dit à quel point c'est vrai.",
  },
  pairsTitle: {
    en: (actual: string, predicted: string, count: string, photos: string) =>
      `The commonest mistake: ${actual} taken for ${predicted}, ${count} of ${photos} photos`,
    fr: (actual: string, predicted: string, count: string, photos: string) =>
      `L'erreur la plus fréquente : ${actual} pris pour ${predicted}, ${count} photos sur ${photos}`,
  },
  pairsNone: {
    en: 'No test photo is named wrongly',
    fr: "Aucune photo de test n'est mal nommée",
  },
  pairsLabel: {
    en: (count: string, photos: string) => `${count} of ${photos}`,
    fr: (count: string, photos: string) => `${count} sur ${photos}`,
  },
  pairsSame: {
    en: (same: string, pairs: string) =>
      `${same} of these ${pairs} pairs are of one group of the FCI (orange).`,
    fr: (same: string, pairs: string) =>
      `${same} de ces ${pairs} paires sont d'un même groupe de la FCI (orange).`,
  },
  pairsSource: {
    en: 'Notebook 05, test photos: the breed shown, and the breed named; share of its photos',
    fr: 'Notebook 05, photos de test : race montrée et race nommée ; part de ses photos',
  },
  pairsNotes: {
    en: 'Whoever runs the index will meet these pairs first. For them a second look pays off: the page shows both names with their percentages, and the review queue brings them up first.',
    fr: "Qui utilise l'index rencontrera d'abord ces paires. Pour elles, un second regard est utile : la page montre les deux noms avec leurs pourcentages, et la file de relecture les présente en premier.",
  },
  trustTitle: {
    en: (share95: string, share99: string) =>
      `${share95} of the photos file themselves at a threshold for 95 % precision, ${share99} at one for 99 %`,
    fr: (share95: string, share99: string) =>
      `${share95} des photos se classent seules avec un seuil pour 95 % de précision, ${share99} pour 99 %`,
  },
  trustStated: { en: 'percentage that the model states', fr: 'pourcentage annoncé par le modèle' },
  trustRight: { en: 'share that is right', fr: 'part de réponses justes' },
  trustError: {
    en: (after: string, before: string) =>
      `Stated and true percentages differ by ${after} on average (${before} before calibration).`,
    fr: (after: string, before: string) =>
      `L'écart moyen entre pourcentage annoncé et vrai est de ${after} (${before} avant calibration).`,
  },
  trustFiled: {
    en: (share: string, between: string, wanted: string) =>
      `<strong>${share}</strong> need no person at ${wanted} precision (${between})`,
    fr: (share: string, between: string, wanted: string) =>
      `<strong>${share}</strong> sans personne, à ${wanted} de précision (${between})`,
  },
  trustMeasured: {
    en: (share: string) => `measured precision of those: ${share}`,
    fr: (share: string) => `précision mesurée de celles-ci : ${share}`,
  },
  trustNone: {
    en: (wanted: string) => `the validation photos can vouch for no threshold at ${wanted}`,
    fr: (wanted: string) => `la validation ne garantit ${wanted} pour aucun seuil`,
  },
  trustSource: {
    en: 'Notebook 05: temperature and thresholds from validation photos, measured on the test list',
    fr: 'Notebook 05 : température et seuils choisis sur la validation, mesurés sur le test',
  },
  trustNotes: {
    en: 'For the association the useful number is not the accuracy but the work that is left. Answers above a threshold are filed without a person; the threshold is the lowest at which the validation photos show the wanted precision with 95 % confidence, and what it gives is measured on photos that had no part in the choice. Dots on the line mean: of the answers given with 70 %, 70 % are right.',
    fr: "Pour l'association, le nombre utile n'est pas l'exactitude mais le travail qui reste. Les réponses au-dessus d'un seuil sont classées sans personne ; le seuil est le plus bas pour lequel la validation montre la précision voulue avec 95 % de confiance, et ce qu'il donne est mesuré sur des photos qui n'ont pas servi au choix. Des points sur la droite : parmi les réponses à 70 %, 70 % sont justes.",
  },
} as const;
