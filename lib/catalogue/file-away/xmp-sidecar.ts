import { randomBytes } from 'node:crypto';
import { link, lstat, rm, writeFile } from 'node:fs/promises';
import type { Keywords } from './keywords';

const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const bag = (name: string, values: string[]): string =>
  `   <${name}>\n    <rdf:Bag>\n${values.map((value) => `     <rdf:li>${escapeXml(value)}</rdf:li>\n`).join('')}    </rdf:Bag>\n   </${name}>\n`;

/**
 * A new XMP sidecar with keywords, as digiKam, Lightroom, darktable, PhotoPrism and Immich read it (Adobe XMP
 * specification, part 1; `dc:subject` and Lightroom's `lr:hierarchicalSubject`).
 *
 * @example sidecarXml({ subject: ['Samoyed'], hierarchical: ['dogbreeds|Samoyed'] })
 */
export const sidecarXml = ({ subject, hierarchical }: Keywords): string =>
  `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
   xmlns:dc="http://purl.org/dc/elements/1.1/"
   xmlns:lr="http://ns.adobe.com/lightroom/1.0/">
${bag('dc:subject', subject)}${bag('lr:hierarchicalSubject', hierarchical)}  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
`;

/**
 * Writes a file that must not be there yet, whole or not at all.
 *
 * @returns false where something is there already
 */
export async function writeNew(path: string | Buffer, content: string): Promise<boolean> {
  if (await lstat(path).catch(() => null)) return false;
  const temporary = Buffer.concat([Buffer.from(path), Buffer.from(`.${randomBytes(4).toString('hex')}.tmp`)]);
  await writeFile(temporary, content, { flag: 'wx', flush: true } as never);
  try {
    await link(temporary, path); // unlike rename, never over another file
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}
