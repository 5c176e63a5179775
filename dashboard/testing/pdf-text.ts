/** One font of a file: what each glyph number means, by the map that every reader of PDF copies text with. */
type Meaning = ReadonlyMap<number, string>

/**
 * The text of an uncompressed PDF, page by page, read as a reader copies it: through each font's `ToUnicode`. Lines end where
 * a text object does.
 */
export function pdfText(pdf: Buffer): string[] {
  const source = pdf.toString('latin1')
  const objects = new Map([...source.matchAll(/(?<=\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)].map(([, n, body]) => [n!, body!]))
  const meaningOf = new Map<string, Meaning>()
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\n/.test(body))
  return pages.map((page) => {
    const resources = objects.get(/\/Resources (\d+) 0 R/.exec(page)![1]!)!
    const fonts = new Map<string, Meaning>()
    for (const [, name, n] of resources.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      if (!meaningOf.has(n!)) {
        const map = objects.get(/\/ToUnicode (\d+) 0 R/.exec(objects.get(n!)!)![1]!)!
        meaningOf.set(n!, unicodeOf(map))
      }
      fonts.set(name!, meaningOf.get(n!)!)
    }
    return textOf(objects.get(/\/Contents (\d+) 0 R/.exec(page)![1]!)!, fonts)
  })
}

function textOf(content: string, fonts: ReadonlyMap<string, Meaning>): string {
  let font: Meaning = new Map()
  let text = ''
  for (const [, name, shown, end] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[((?:<[0-9a-f]*> -?[\d.]+ ?)+)\] TJ|\n(ET)/g)) {
    if (name) font = fonts.get(name)!
    else if (end) text += '\n'
    else
      for (const [, hex] of shown!.matchAll(/<([0-9a-f]*)>/g))
        text += hex!
          .match(/.{4}/g)!
          .map((n) => font.get(Number.parseInt(n, 16)) ?? '')
          .join('')
  }
  return text
}

function unicodeOf(map: string): Meaning {
  const meaning = new Map<number, string>()
  for (const [, from, , list] of map.matchAll(/<([0-9a-f]{4})> <([0-9a-f]{4})> \[([^\]]*)\]/g)) {
    for (const [index, [, hex]] of [...list!.matchAll(/<([0-9a-f ]+)>/g)].entries()) {
      meaning.set(Number.parseInt(from!, 16) + index, Buffer.from(hex!.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'))
    }
  }
  return meaning
}
