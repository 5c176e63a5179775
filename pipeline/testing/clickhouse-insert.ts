const NAME = '(?:`[^`]+`|"[^"]+"|\\w+)'
const COLUMNS = '\\((?:[^()]|\\([^()]*\\))*\\)' // one level deeper for (* EXCEPT (a, b))
const TARGET = new RegExp(`^\\s*INSERT\\s+INTO\\s+(?:TABLE\\s+)?${NAME}(?:\\.${NAME})?(?:\\s*${COLUMNS})?`, 'i')
const INPUT_FUNCTION = /\binput\s*\(\s*('(?:[^'\\]|\\.)*')\s*\)/i
const FORMAT = /\s+FORMAT\s+(\w+)\s*;?\s*$/i

/**
 * The same INSERT with its rows in a file. The engine in process takes rows as text behind the statement only, which cannot
 * carry a binary format; a file can carry any. `INSERT … FORMAT X` reads the file in place of the body, and
 * `INSERT … SELECT … FROM input('…') FORMAT X` selects from the file in place of the function.
 */
export function insertFromFile(sql: string, file: string): string {
  const format = FORMAT.exec(sql)?.[1] ?? ''
  const statement = sql.replace(FORMAT, '')
  if (INPUT_FUNCTION.test(statement)) {
    return statement.replace(INPUT_FUNCTION, (_, structure: string) => `file(${quoted(file)}, '${format}', ${structure})`)
  }
  return `${statement.replace(TARGET, (target) => `${target} FROM INFILE ${quoted(file)}`)} FORMAT ${format}`
}

export function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
