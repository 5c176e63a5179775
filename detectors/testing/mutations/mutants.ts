import { parseAst } from 'vite'

/** What a mutant asks of the tests: whether they notice another limit, another time, another condition. */
export const KINDS = ['comparison', 'window', 'number', 'condition', 'arithmetic', 'choice'] as const
export type Kind = (typeof KINDS)[number]

export interface Mutant {
  readonly kind: Kind
  readonly line: number
  readonly from: string
  readonly to: string
  /** The whole source with this one spot changed. */
  readonly source: string
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

interface Edit {
  readonly kind: Kind
  readonly start: number
  readonly end: number
  readonly to: string
}

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
}
const ARITHMETIC: Readonly<Record<string, string>> = { '+': '-', '-': '+' }
const CONDITIONS: Readonly<Record<string, string>> = { '&&': '||', '||': '&&' }
const CHOICES: Readonly<Record<string, string>> = { min: 'max', max: 'min', some: 'every', every: 'some' }
const UNITS = ['SECOND', 'MINUTE', 'HOUR', 'DAY']
/** What is said, not what is judged. */
const WORDING = ['id', 'version', 'title', 'basis', 'explain', 'example']

/** Every mutant of a source, in the order of its text. */
export function mutantsOf(source: string): Mutant[] {
  const program = parseAst(source, { lang: 'ts' }) as unknown as Node
  const edits = [...editsIn(program, source, false)].sort((a, b) => a.start - b.start)
  return edits.map(({ kind, start, end, to }) => ({
    ...{ kind, from: source.slice(start, end), to },
    line: source.slice(0, start).split('\n').length,
    source: source.slice(0, start) + to + source.slice(end),
  }))
}

function* editsIn(node: Node, source: string, isWindow: boolean): Generator<Edit> {
  if (isType(node)) return
  yield* editsOf(node, source, isWindow)
  for (const [field, child] of childrenOf(node)) {
    if (node.type === 'Property' && WORDING.includes(nameOf(node.key))) continue
    // The place in a list is no number that a rule chooses.
    if (node.type === 'MemberExpression' && field === 'property' && child.type === 'Literal') continue
    yield* editsIn(child, source, isWindow || isWindowed(node))
  }
}

function* editsOf(node: Node, source: string, isWindow: boolean): Generator<Edit> {
  const operator = String(node.operator)
  if (node.type === 'BinaryExpression') {
    for (const to of COMPARISONS[operator] ?? []) yield operatorEdit(node, source, 'comparison', to)
    const to = ARITHMETIC[operator]
    if (to !== undefined) yield operatorEdit(node, source, 'arithmetic', to)
  }
  if (node.type === 'LogicalExpression') {
    const to = CONDITIONS[operator]
    if (to !== undefined) yield operatorEdit(node, source, 'condition', to)
  }
  if (node.type === 'UnaryExpression' && operator === '!') {
    yield { kind: 'condition', start: node.start, end: node.start + 1, to: '' }
  }
  if (node.type === 'MemberExpression') {
    const property = node.property as Node
    const to = Object.hasOwn(CHOICES, nameOf(property)) ? CHOICES[nameOf(property)] : undefined
    if (to !== undefined && !node.computed) yield { kind: 'choice', start: property.start, end: property.end, to }
  }
  if (node.type === 'Literal' && typeof node.value === 'number') {
    for (const to of shifted(node.value, source.slice(node.start, node.end)))
      yield { kind: isWindow ? 'window' : 'number', start: node.start, end: node.end, to }
  }
}

/** The operator stands between its operands, maybe among brackets and line ends. */
function operatorEdit(node: Node, source: string, kind: Kind, to: string): Edit {
  const [left, right] = [node.left as Node, node.right as Node]
  const start = left.end + source.slice(left.end, right.start).indexOf(String(node.operator))
  return { kind, start, end: start + String(node.operator).length, to }
}

/** By one in both directions: by the last decimal where there are some, in the third digit where there are more of them. */
function shifted(value: number, raw: string): string[] {
  const decimals = raw.split('.')[1]?.length ?? 0
  const step = decimals > 0 ? 10 ** -decimals : 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 2)
  const values = value === 0 ? [step] : [value + step, value - step]
  return values.map((other) => other.toFixed(decimals))
}

/** A parameter, or a number of some unit of time. */
function isWindowed(node: Node): boolean {
  if (node.type === 'Property') return nameOf(node.key) === 'params'
  return node.type === 'BinaryExpression' && [node.left, node.right].some((side) => UNITS.includes(nameOf(side)))
}

function isType({ type }: Node): boolean {
  return type.startsWith('TS') && !['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression'].includes(type)
}

function nameOf(node: unknown): string {
  return String((node as { readonly name?: unknown }).name)
}

function* childrenOf(node: Node): Generator<readonly [field: string, child: Node]> {
  for (const [field, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield [field, child]
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { readonly type?: unknown }).type === 'string'
}

const LOOPS = ['ForStatement', 'ForOfStatement', 'ForInStatement', 'WhileStatement', 'DoWhileStatement']
/** More calls and turns than any test needs of one file. */
const ENOUGH = 20_000_000
const GUARD = `let __left = ${ENOUGH}; function __spend() { if (--__left < 0) throw new Error('Endless') };`

/** The same source, which throws where a mutant would go on for ever. Lines keep their numbers. */
export function ending(source: string): string {
  const inserts: (readonly [at: number, text: string])[] = []
  const visit = (node: Node) => {
    if (isType(node)) return
    const body = node.body as Node | undefined
    const isFunction = /Function/.test(node.type) && body?.type === 'BlockStatement'
    if (body && (isFunction || (LOOPS.includes(node.type) && body.type === 'BlockStatement')))
      inserts.push([body.start + 1, '__spend();'])
    else if (body && LOOPS.includes(node.type)) inserts.push([body.start, '{__spend();'], [body.end, '}'])
    for (const [, child] of childrenOf(node)) visit(child)
  }
  visit(parseAst(source, { lang: 'ts' }) as unknown as Node)
  const guarded = inserts
    .sort(([a], [b]) => b - a)
    .reduce((text, [at, insert]) => text.slice(0, at) + insert + text.slice(at), source)
  return `${GUARD} ${guarded}`
}
