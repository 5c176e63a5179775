import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import PDFDocument from 'pdfkit'

/** Noto Sans for Chinese, from its package: neither the network nor the machine is asked for a font. */
const require = createRequire(import.meta.url)
const FONTS = join(dirname(require.resolve('@embedpdf/fonts-sc')), '..', 'fonts')

const MARGIN = { top: 62, bottom: 56, left: 48, right: 48 }
const INK = '#1a1f26'
const QUIET = '#5b6673'
const RULE = '#c3cad3'
const SHADE = '#f1f4f7'
const ACCENT = '#8c1d18'
const PAD = { x: 4, y: 3 }
/** A hash must be copied as it is read: no letters are joined. The types know features as a list only. */
const NOT_JOINED = { liga: false } as unknown as PDFKit.Mixins.OpenTypeFeatures[]

export interface Column {
  readonly head: string
  /** Share of the width. */
  readonly width: number
  readonly right?: boolean
}
export interface Cell {
  readonly text: string
  readonly strong?: boolean
}
export type Row = readonly (string | Cell)[]

export interface PaperInfo {
  readonly title: string
  readonly language: string
  readonly made: Date
}

/** A4 pages: headings, sentences, pairs and tables one below another, and what stands on every page. */
export class Paper {
  readonly #doc: PDFKit.PDFDocument
  readonly #chunks: Buffer[] = []
  readonly #ended: Promise<void>
  readonly #width: number
  readonly #made: Date

  constructor({ title, language, made }: PaperInfo) {
    this.#made = made
    this.#doc = new PDFDocument({
      size: 'A4',
      margins: MARGIN,
      bufferPages: true,
      // The same pages are the same bytes, whichever zlib a machine has.
      compress: false,
      pdfVersion: '1.7',
      lang: language,
      displayTitle: true,
      info: { Title: title, Producer: 'fundwatch', Creator: 'fundwatch', CreationDate: made, ModDate: made },
    })
    this.#doc.registerFont('plain', join(FONTS, 'NotoSansHans-Regular.otf'))
    this.#doc.registerFont('strong', join(FONTS, 'NotoSansHans-Bold.otf'))
    this.#width = this.#doc.page.width - MARGIN.left - MARGIN.right
    this.#ended = new Promise((done) => this.#doc.on('end', done))
    this.#doc.on('data', (chunk: Buffer) => this.#chunks.push(chunk))
    this.#doc.font('plain').fillColor(INK)
  }

  cover(kicker: string, title: string, below: string): void {
    this.#doc.y = 120
    this.#write(kicker, { size: 11, colour: QUIET })
    this.#doc.moveDown(0.4)
    this.#write(title, { size: 24, font: 'strong' })
    this.#doc.moveDown(0.2)
    this.#write(below, { size: 13 })
    this.#doc.moveDown(0.6)
    this.#line(ACCENT, 1.6)
    this.#doc.moveDown(1)
  }

  newPage(): void {
    this.#doc.addPage()
  }

  chapter(title: string): void {
    this.#room(90)
    this.#doc.moveDown(0.9)
    this.#write(title, { size: 14, font: 'strong', colour: ACCENT })
    this.#line(RULE, 0.8)
    this.#doc.moveDown(0.5)
    this.#doc.outline.addItem(title)
  }

  heading(title: string, size = 11): void {
    this.#room(64)
    this.#doc.moveDown(0.6)
    this.#write(title, { size, font: 'strong' })
    this.#doc.moveDown(0.2)
  }

  text(text: string, { quiet = false, strong = false }: { quiet?: boolean; strong?: boolean } = {}): void {
    this.#write(text, { size: quiet ? 8.5 : 9.5, font: strong ? 'strong' : 'plain', colour: quiet ? QUIET : INK })
    this.#doc.moveDown(0.25)
  }

  /** Names and values, two pairs in a row where they are short. */
  pairs(pairs: readonly (readonly [name: string, value: string])[], columns: 1 | 2 = 2, name = 0.17): void {
    const widths = Array.from({ length: columns }, () => [name, 1 / columns - name]).flat()
    for (let at = 0; at < pairs.length; at += columns) {
      const cells = pairs.slice(at, at + columns).flatMap(([label, value]): Cell[] => [{ text: label }, { text: value }])
      while (cells.length < widths.length) cells.push({ text: '' })
      this.#row(cells, widths, { quiet: (index) => index % 2 === 0 })
    }
    this.#doc.moveDown(0.4)
  }

  table(columns: readonly Column[], rows: readonly Row[]): void {
    const total = columns.reduce((sum, { width }) => sum + width, 0)
    const widths = columns.map(({ width }) => width / total)
    const right = (index: number) => columns[index]!.right === true
    const head = () =>
      this.#row(
        columns.map(({ head: text }) => ({ text, strong: true })),
        widths,
        { right, shade: true },
      )
    this.#room(60)
    head()
    for (const row of rows) {
      const cells = row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell))
      this.#row(cells, widths, { right, onNewPage: head })
    }
    this.#doc.moveDown(0.5)
  }

  attach(name: string, content: Buffer, type: string, description: string): void {
    this.#doc.file(content, { name, type, description, creationDate: this.#made, modifiedDate: this.#made })
  }

  /** The finished file; `header` and `footer` stand on every page. */
  async finish(header: string, footer: (page: number, pages: number) => string): Promise<Buffer> {
    const { start, count } = this.#doc.bufferedPageRange()
    for (let page = start; page < start + count; page++) {
      this.#doc.switchToPage(page)
      // Below the margin pdfkit would begin a page of its own.
      this.#doc.page.margins.bottom = 0
      this.#doc.font('plain').fontSize(8).fillColor(QUIET)
      const place = { width: this.#width, lineBreak: false, features: NOT_JOINED }
      this.#doc.text(header, MARGIN.left, 32, place)
      this.#doc.text(footer(page - start + 1, count), MARGIN.left, this.#doc.page.height - 38, place)
      this.#doc.page.margins.bottom = MARGIN.bottom
    }
    this.#doc.end()
    await this.#ended
    return Buffer.concat(this.#chunks)
  }

  #write(text: string, { size, font = 'plain', colour = INK }: { size: number; font?: string; colour?: string }): void {
    this.#doc.font(font).fontSize(size).fillColor(colour)
    this.#doc.text(this.#printable(text), MARGIN.left, this.#doc.y, {
      width: this.#width,
      lineGap: size * 0.15,
      features: NOT_JOINED,
    })
  }

  #line(colour: string, thick: number): void {
    const { y } = this.#doc
    this.#doc.moveTo(MARGIN.left, y).lineTo(MARGIN.left + this.#width, y)
    this.#doc.lineWidth(thick).strokeColor(colour).stroke()
  }

  /** Goes to a new page where so much would not fit. */
  #room(height: number): boolean {
    const isFull = this.#doc.y + height > this.#doc.page.height - MARGIN.bottom
    if (isFull) this.#doc.addPage()
    return isFull
  }

  #row(
    cells: readonly Cell[],
    widths: readonly number[],
    {
      right = () => false,
      quiet = () => false,
      shade = false,
      onNewPage,
    }: { right?: (i: number) => boolean; quiet?: (i: number) => boolean; shade?: boolean; onNewPage?: () => void },
  ): void {
    const doc = this.#doc
    const laid = cells.map(({ text, strong = false }, index) => {
      const width = widths[index]! * this.#width - 2 * PAD.x
      const font = strong ? 'strong' : 'plain'
      const shown = this.#printable(text)
      const height = doc
        .font(font)
        .fontSize(8.5)
        .heightOfString(shown || ' ', { width, features: NOT_JOINED })
      return { shown, width, font, height }
    })
    const tallest = Math.max(...laid.map(({ height }) => height)) + 2 * PAD.y
    const page = doc.page.height - MARGIN.top - MARGIN.bottom
    // What is taller than a page begins where it stands and is cut by pdfkit itself.
    if (tallest <= page && this.#room(tallest)) onNewPage?.()
    const top = doc.y
    if (shade) doc.rect(MARGIN.left, top, this.#width, tallest).fill(SHADE)
    let x = MARGIN.left
    for (const [index, { shown, width, font }] of laid.entries()) {
      doc.font(font).fontSize(8.5)
      doc.fillColor(quiet(index) ? QUIET : INK)
      doc.text(shown, x + PAD.x, top + PAD.y, { width, align: right(index) ? 'right' : 'left', features: NOT_JOINED })
      x += widths[index]! * this.#width
    }
    doc.y = tallest <= page ? top + tallest : doc.y
    doc.x = MARGIN.left
    this.#line(RULE, 0.4)
  }

  /** What the font does not have is told by its number rather than left out. */
  #printable(text: string): string {
    const { font } = (this.#doc as unknown as { _font: { font: { hasGlyphForCodePoint(code: number): boolean } } })._font
    let shown = ''
    for (const character of text.replace(/\r\n?/g, '\n').replace(/\t/g, ' ')) {
      const code = character.codePointAt(0)!
      const isKnown = character === '\n' || font.hasGlyphForCodePoint(code)
      shown += isKnown ? character : `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`
    }
    return shown
  }
}
