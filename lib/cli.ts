import { Command } from 'commander';

const program = new Command('dogbreeds').description('Stanford Dogs, from raw photos to a served classifier');

program
  .command('run')
  .description('runs notebooks in order and writes their reports')
  .argument('[notebooks...]', 'names or files (default: all of notebooks/)')
  .option('--dataset <path>', 'photos: the Stanford Dogs folder, or any folder with a folder per class')
  .option('-p, --parameters <name value...>', 'a value for the cell tagged "parameters": -p seed 7')
  .option('-f, --parameters-file <file>', 'values from a YAML or JSON file')
  .option('--force', 'run what has not changed too')
  .option('--jobs <number>', 'notebooks at the same time where they do not need each other (default: 1)')
  .option('--timeout <seconds>', 'limit for the whole run')
  .option('--cell-timeout <seconds>', 'limit for each cell')
  .option('--standalone', 'reports as single files, with scripts and styles inside')
  .option('--output <folder>', 'folder of the reports (default: reports/, or data/runs/ with own values)')
  .action(async (notebooks, options) => {
    process.exitCode = await (await import('./notebook/index')).runCommand(notebooks, options);
  });

program
  .command('kernel')
  .description('the Jupyter kernel of the notebooks')
  .command('install')
  .description('registers it with Jupyter, for JupyterLab and VS Code')
  .option('--user', 'for this user (default)')
  .option('--prefix <folder>', 'below a folder, e.g. a virtual environment')
  .action(async (options) =>
    console.log(`installed: ${await (await import('./notebook/index')).installKernel(options)}`),
  );

program
  .command('lab')
  .description('starts JupyterLab here, with the kernel registered')
  .argument('[arguments...]', 'for JupyterLab; put -- before them')
  .action(async (args) => {
    process.exitCode = await (await import('./notebook/index')).labCommand(args);
  });

program
  .command('serve')
  .description('the demo app: a page and an HTTP API that name the breed of a photo')
  .option('--host <address>', 'address to listen on (default: 127.0.0.1, this machine only)')
  .option('--port <number>', 'port to listen on, 0 for a free one (default: 7860)')
  .option('--model <folder>', 'folder of the saved model (default: data/models/final)')
  .option('--flags <file>', 'CSV that flagged pictures are appended to (default: data/runs/flags.csv)')
  .option('--keep-photos', 'keep flagged photos beside the CSV (default: no photo is ever written)')
  .option('--allow-host <name...>', 'further host names to answer for, e.g. behind a proxy')
  .option('--max-pending <number>', 'photos that may wait before new ones are refused (default: 64)')
  .action(async (options) => (await import('./app/index')).serveCommand(options));

program
  .command('predict')
  .description('breeds of photos, without a server')
  .argument('<photos...>', 'photos, or folders that are searched for them')
  .option('--csv', 'print CSV')
  .option('--model <folder>', 'folder of the saved model (default: data/models/final)')
  .action(async (photos, options) => (await import('./app/index')).predictCommand(photos, options));

program
  .command('export')
  .description('the whole classifier as one ONNX file: pixels in, calibrated probabilities out')
  .argument('<file>', 'the ONNX file to write')
  .option('--batch <number>', 'photos in one run, fixed in the file (default: 1)')
  .option('--model <folder>', 'folder of the saved model (default: data/models/final)')
  .action(async (file, options) => (await import('./app/index')).exportCommand(file, options));

program
  .command('features')
  .description("features of a dataset's photos: computed into the cache, then exported if asked")
  .requiredOption('--dataset <path>', 'Stanford Dogs as it is published, or a folder of class folders')
  .option('--backbone <name>', 'frozen network (default: resnet50)')
  .option('--crop <what>', 'none, or box: only the annotated dog (default: none)')
  .option('--resize <how>', 'stretch, or centre: cut to the centre square (default: stretch)')
  .option('--views <views>', '1, flip or crops-flip: passes that are averaged (default: 1)')
  .option('--input-size <pixels>', "side of the network's square input (default: the backbone's own)")
  .option('--batch-size <number>', 'pictures in one pass (default: 16)')
  .option('--export [file]', 'write an Arrow file (default: data/features/stanford-dogs-resnet50.arrow)')
  .option(
    '--export-classifier [file]',
    "write the rows of ResNet50's ImageNet classifier for the breeds, and end",
  )
  .action(async (options) => (await import('./training/index')).featuresCommand(options));

program
  .command('dataset')
  .description('says what a folder of photos holds: breeds, photos, what is missing, what cannot be used')
  .argument(
    '[path]',
    'Stanford Dogs as it is published, or a folder of class folders (default: drawn pictures)',
  )
  .option('--rows <number>', 'rows shown of each list (default: 20)')
  .option('--json', 'print everything as JSON')
  .action(async (path, options) => (await import('./dataset/index')).datasetCommand(path, options));

program
  .command('download')
  .description('downloads Stanford Dogs (816 MB); continues where it stopped')
  .option('--to <folder>', 'where to (default: data/raw/stanford-dogs)')
  .option('--base-url <url>', 'a mirror (default: DOGBREEDS_DATASET_URL, or vision.stanford.edu)')
  .option('--only <archives...>', 'only some of lists.tar, annotation.tar, images.tar')
  .action(async (options) => (await import('./dataset/index')).downloadCommand(options));

program
  .command('tables')
  .description('makes data/photos.arrow and data/breeds.csv from the annotations and lists of Stanford Dogs')
  .argument('<path>', 'folder with annotation.tar or Annotation/, and the lists')
  .action(async (path) => (await import('./dataset/index')).tablesCommand(path));

program
  .command('weights')
  .description(
    "pretrained backbones: lists them and what is on disk, or fetches those named ('all': every one)",
  )
  .argument('[names...]', 'backbones, e.g. resnet50')
  .action(async (names) => {
    process.exitCode = await (await import('./models/index')).weightsCommand(names);
  });

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
