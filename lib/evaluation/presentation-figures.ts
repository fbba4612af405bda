/** What the presentation reports of one pretrained network on its 20 breeds (test set of 232 photos). */
export interface PresentationTransfer {
  fitSeconds: number;
  accuracyTrain: number;
  accuracyValidation: number;
  accuracyTest: number;
  recallTest: number;
}

/**
 * The presentation's own figures ("Classez des images à l'aide d'algorithmes de Deep Learning", 22/09/2022), to be
 * set beside ours. Shares are 0..1; precision is macro with `zero_division=1`, as there.
 */
export const PRESENTATION = {
  /** CNN from scratch on 5 and on 20 breeds. */
  scratch: {
    5: {
      parameters: 13681,
      precisionMacro: 0.536,
      precisionMicro: 0.487,
      recallMacro: 0.484,
      recallMicro: 0.487,
    },
    20: {
      parameters: 14656,
      precisionMacro: 0.396,
      precisionMicro: 0.135,
      recallMacro: 0.147,
      recallMicro: 0.135,
    },
  },
  /** Four pretrained networks, frozen, 20 breeds. */
  transfer: {
    vgg19: {
      fitSeconds: 528.0,
      accuracyTrain: 0.935345,
      accuracyValidation: 0.762162,
      accuracyTest: 0.844828,
      recallTest: 0.84265,
    },
    resnet50: {
      fitSeconds: 527.9,
      accuracyTrain: 0.928879,
      accuracyValidation: 0.783784,
      accuracyTest: 0.853448,
      recallTest: 0.846967,
    },
    efficientnetb3: {
      fitSeconds: 507.9,
      accuracyTrain: 0.971429,
      accuracyValidation: 0.854054,
      accuracyTest: 0.922414,
      recallTest: 0.918334,
    },
    xception: {
      fitSeconds: 479.5,
      accuracyTrain: 0.914286,
      accuracyValidation: 0.854054,
      accuracyTest: 0.900862,
      recallTest: 0.892243,
    },
  } satisfies Record<string, PresentationTransfer>,
  /** EfficientNetB3, dense 512, dropout, dense 120; 15,394 / 3,025 / 2,161 photos at random. */
  final: { precisionMacro: 0.745, precisionMicro: 0.725, recallMacro: 0.719, recallMicro: 0.725 },
} as const;
