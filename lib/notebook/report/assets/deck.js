// Starts the slides. Arrow keys and space move, o shows all slides, f fills the screen; printing: add ?print-pdf.
Reveal.initialize({
  width: 1280,
  height: 800,
  margin: 0.03,
  center: false,
  hash: true,
  slideNumber: 'c/t',
  navigationMode: 'linear',
  transition: 'none',
  scrollActivationWidth: 600,
  pdfSeparateFragments: false,
});
