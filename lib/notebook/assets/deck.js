// Starts the slides. Arrow keys and space move, o shows all slides, f fills the screen; printing: add ?print-pdf.
// A phone, and a browser without scripts, shows them below each other instead, in readable letters.
if (window.innerWidth >= 600) {
  document.getElementById('content').className = 'reveal';
  Reveal.initialize({
    width: 1280,
    height: 800,
    margin: 0.03,
    center: false,
    hash: true,
    slideNumber: 'c/t',
    navigationMode: 'linear',
    transition: 'none',
    scrollActivationWidth: 0,
    pdfSeparateFragments: false,
  });
}
