/** Texts of the chapter on preprocessing. */
export const PREPARATION_WORDS = {
  before: { en: 'before', fr: 'avant' },
  after: { en: 'after', fr: 'après' },
  drawn: { en: 'drawn example', fr: 'exemple dessiné' },
  histogram: {
    en: 'share of pixels at each level, red, green, blue',
    fr: 'part des pixels à chaque niveau, rouge, vert, bleu',
  },
  cost: {
    en: (time: string) => `${time} ms a photo`,
    fr: (time: string) => `${time} ms par photo`,
  },
  source: {
    en: (example: string, cost: string) =>
      `Notebook 02, ${example}${cost ? `, ${cost} on the machine that ran it` : ''}`,
    fr: (example: string, cost: string) =>
      `Notebook 02, ${example}${cost ? `, ${cost} sur la machine qui l'a exécuté` : ''}`,
  },
  example: {
    en: (title: string, drawn: boolean) => (drawn ? 'shown on a drawn example' : title),
    fr: (title: string, drawn: boolean) => (drawn ? 'montré sur un exemple dessiné' : title),
  },
  equalizedTitle: {
    en: (before: string, after: string, wider: boolean) =>
      wider
        ? `Equalization spreads the levels: their deviation grows from ${before} to ${after} of 255`
        : `Equalization does not always help contrast: here the deviation goes from ${before} to ${after} of 255`,
    fr: (before: string, after: string, wider: boolean) =>
      wider
        ? `L'égalisation étale les niveaux : leur écart type passe de ${before} à ${after} sur 255`
        : `L'égalisation n'augmente pas toujours le contraste : ici l'écart type passe de ${before} à ${after} sur 255`,
  },
  equalizedNotes: {
    en: 'Each channel is stretched by its own cumulative histogram, as OpenCV’s equalizeHist does in the presentation’s code. Details in the shadows appear, and noise with them. Since each channel is stretched on its own, colours shift, and colour is one of the things that tell breeds apart.',
    fr: "Chaque canal est étiré par son propre histogramme cumulé, comme equalizeHist d'OpenCV dans le code de la présentation. Les détails sombres apparaissent, le bruit aussi. Comme chaque canal est étiré seul, les couleurs changent, et la couleur distingue des races.",
  },
  denoisedTitle: {
    en: (share: string) =>
      `Non-local means takes away ${share} of what differs between neighbouring pixels, the coat’s texture included`,
    fr: (share: string) =>
      `Le filtre non local efface ${share} des écarts entre pixels voisins, la texture du pelage comprise`,
  },
  denoisedNotes: {
    en: 'A pixel becomes the mean of the pixels in a window around it, weighted by how alike their surroundings are. Noise averages out and edges stay. To the filter, fur looks like noise. It is the slowest of the steps.',
    fr: "Un pixel devient la moyenne des pixels d'une fenêtre, pondérée par la ressemblance de leurs voisinages. Le bruit s'efface, les contours restent. Pour le filtre, le pelage ressemble à du bruit. C'est l'étape la plus lente.",
  },
  whitenedTitle: {
    en: (before: string, after: string) =>
      `Whitening cuts the correlation of neighbouring pixels from ${before} to ${after}: edges stay, on grey`,
    fr: (before: string, after: string) =>
      `Le blanchiment ramène la corrélation des pixels voisins de ${before} à ${after} : restent les contours`,
  },
  whitenedNotes: {
    en: 'Neighbouring pixels say nearly the same thing. Whitening turns the pixels onto their principal components, divides each by its deviation and turns back. A network with batch normalization does much of this by itself: the presentation shows the step and does not use it either.',
    fr: "Des pixels voisins disent presque la même chose. Le blanchiment projette les pixels sur leurs composantes principales, divise chacune par son écart type et revient. Un réseau avec normalisation par lots le fait en partie seul : la présentation montre l'étape sans l'utiliser.",
  },
  augmentedTitle: {
    en: (variants: string, overlap: string) =>
      `One photo becomes many: ${variants} variants differ in place and shape, while ${overlap} of their colours stay`,
    fr: (variants: string, overlap: string) =>
      `Une photo en devient plusieurs : ${variants} variantes changent de place et de forme, ${overlap} des couleurs restent`,
  },
  original: { en: 'original', fr: 'originale' },
  variants: { en: 'variants', fr: 'variantes' },
  augmentedNotes: {
    en: 'Turned by up to 40 degrees, shifted, sheared and zoomed by up to a fifth, mirrored: the ranges of the presentation’s ImageDataGenerator. Pixels from outside are filled with the nearest ones. It is the one step that adds something: photos that were never taken.',
    fr: "Rotation jusqu'à 40 degrés, décalage, cisaillement et zoom jusqu'à un cinquième, miroir : les plages de l'ImageDataGenerator de la présentation. Le bord est complété par le pixel le plus proche. C'est la seule étape qui ajoute : des photos jamais prises.",
  },
  worthTitle: {
    en: (best: string, points: string, apart: boolean) =>
      apart
        ? `“${best}” is worth ${points} points of accuracy over plain pixels`
        : `“${best}” comes first by ${points} points, which cannot be told apart from plain pixels at this size`,
    fr: (best: string, points: string, apart: boolean) =>
      apart
        ? `« ${best} » rapporte ${points} points d'exactitude par rapport aux pixels bruts`
        : `« ${best} » devance les pixels bruts de ${points} points : impossible à distinguer à cette taille`,
  },
  worthPlain: {
    en: 'No preprocessing does better than plain pixels',
    fr: 'Aucun prétraitement ne fait mieux que les pixels bruts',
  },
  worthSource: {
    en: (small: boolean) =>
      `Notebook 02: ${small ? 'the small network' : 'frozen features'}, same photos and seeds; lines are 95 % intervals over seeds`,
    fr: (small: boolean) =>
      `Notebook 02 : ${small ? 'le petit réseau' : 'caractéristiques figées'}, mêmes photos et graines ; traits : intervalles à 95 %`,
  },
  worthNames: {
    en: { none: 'plain pixels' } as Record<string, string>,
    fr: {
      none: 'pixels bruts',
      'equalized, each channel': 'égalisation par canal',
      'equalized, luma': 'égalisation de la luminance',
      'non-local means': 'filtre non local',
      'ZCA whitened': 'blanchiment ZCA',
      flip: 'miroir',
      "the presentation's (keras)": 'celle de la présentation (keras)',
      'random-resized-crop': 'recadrage au hasard',
      'colour-jitter': 'variation des couleurs',
      'random-erasing': 'effacement au hasard',
      'flip, crop, jitter and erasing': 'miroir, recadrage, couleurs, effacement',
    } as Record<string, string>,
  },
  worthNotes: {
    en: 'The question that the presentation leaves open: do these steps help the network? Each is tried with the same budget and seeds. What lies within the interval is luck.',
    fr: "La question laissée ouverte par la présentation : ces étapes aident-elles le réseau ? Chacune est essayée avec le même budget et les mêmes graines. Ce qui reste dans l'intervalle est du hasard.",
  },
} as const;
