/**
 * What cameras, drives, desktops and programs leave beside photos, in lower case: thumbnails and bins of NAS boxes
 * (Synology, QNAP), of Windows and of macOS, of zip programs, indexes of picture managers, folders of cameras' cards.
 */
const LEFT_BEHIND = new Set([
  ...['@eadir', '#recycle', '#snapshot', '@recently-snapshot', '@recycle', '@tmp', '@transcode'],
  ...['$recycle.bin', 'system volume information', 'thumbs.db', 'ehthumbs.db', 'desktop.ini', 'recycler'],
  ...['__macosx', 'icon\r', 'lost+found', 'lost.dir', '.trash', 'network trash folder', 'temporary items'],
  ...['picasa.ini', '.picasa.ini', 'zbthumbnail.info', 'digikam4.db', 'pspbrwse.jbf'],
]);

/**
 * Whether a file or folder is no one's data: hidden (`.`, `._` of macOS), or left behind by a drive or a program.
 *
 * @param name of the file or folder, without its path
 * @example isIgnoredName('@eaDir') // true
 */
export const isIgnoredName = (name: string): boolean =>
  name.startsWith('.') || LEFT_BEHIND.has(name.toLowerCase());
