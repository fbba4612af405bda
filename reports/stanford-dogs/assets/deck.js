// Starts the slides. Arrow keys and space move, o shows all slides, f fills the screen, s opens the speaker's view;
// printing: add ?print-pdf. A phone, and a browser without scripts, shows them below each other, each with its notes.
if (window.innerWidth >= 600) {
  document.getElementById('content').className = 'reveal';
  Reveal.initialize({
    width: 1280,
    height: 720,
    margin: 0,
    center: false,
    hash: true,
    slideNumber: 'c',
    navigationMode: 'linear',
    controls: false,
    transition: 'none',
    scrollActivationWidth: 0,
    pdfSeparateFragments: false,
    pdfMaxPagesPerSlide: 1,
    plugins: [RevealNotes],
  });
}
